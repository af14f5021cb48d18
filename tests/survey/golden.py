"""Reference samples whose estimates are known from elsewhere (R survey, samplics, svy)."""

import csv
from io import StringIO

import numpy as np

TEN_Y = np.array([1, 0, 1, 0, 0, 1, 0, 0, 0, 1.0])
TEN_W = np.array([1.2, 0.8, 1.5, 0.5, 1, 2, 0.7, 1.3, 0.9, 1.1])
TEN_REPORTED = np.array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0.0])

# R survey, data(fpc): one row per PSU.
FPC_X = np.array([2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2])
FPC_STRATUM = np.array([1, 1, 1, 1, 1, 2, 2, 2])
FPC_W = np.array([3, 3, 3, 3, 3, 4, 4, 4.0])
FPC_N = np.array([15, 15, 15, 15, 15, 12, 12, 12.0])

MINI = list(
    csv.DictReader(
        StringIO("""\
id,regio,w,slachtoffer,melding,aangifte
1,M1,1.10,1,1,1
2,M1,0.90,0,0,0
3,M1,1.30,0,0,0
4,M1,0.70,1,1,0
5,M1,1.00,0,0,0
6,M1,1.20,0,0,0
7,M1,0.80,1,0,0
8,M1,1.50,0,0,0
9,M1,0.60,0,0,0
10,M1,1.00,0,0,0
11,M1,1.40,1,1,1
12,M1,0.50,0,0,0
13,M2,2.00,0,0,0
14,M2,0.40,1,0,0
15,M2,1.60,0,0,0
16,M2,0.90,1,1,0
17,M2,1.10,0,0,0
18,M2,0.70,0,0,0
19,M2,1.30,1,1,1
20,M2,1.00,0,0,0
21,M2,0.80,0,0,0
22,M2,1.20,0,0,0
23,M2,0.60,1,0,0
24,M2,1.40,0,0,0
""")
    )
)
MINI_W = np.array([float(r["w"]) for r in MINI])
MINI_REGION = np.array([r["regio"] for r in MINI])
MINI_Y = {name: np.array([int(r[name]) for r in MINI]) for name in ("slachtoffer", "melding", "aangifte")}

# regio, indicator, n, p, se, logit df=23, logit df=n-1, Korn-Graubard, unweighted
MINI_TABLE = [
    ("ALL", "slachtoffer", 24, 0.2880000000, 0.0962075364, (0.13288543, 0.51635639), (0.13288543, 0.51635639),
     (0.11807357, 0.51716510), 0.333333),
    ("ALL", "melding", 8, 0.7500000000, 0.1445117829, (0.37853685, 0.93661160), (0.32654060, 0.94887959),
     (0.37288328, 0.96200580), 0.625),
    ("ALL", "aangifte", 8, 0.5277777778, 0.1886995436, (0.18922904, 0.84257039), (0.15721280, 0.87006860),
     (0.15579997, 0.87729729), 0.375),
    ("M1", "slachtoffer", 12, 0.3333333333, 0.1446857887, (0.11506456, 0.65784983), (0.10657838, 0.67697039),
     (0.08877591, 0.67166074), 0.333333),
    ("M1", "melding", 4, 0.8000000000, 0.1904228704, (0.25431988, 0.97912879), (0.08307578, 0.99436922),
     (0.25218766, 0.99673068), 0.75),
    ("M1", "aangifte", 4, 0.6250000000, 0.2405411698, (0.16627559, 0.93301219), (0.05978535, 0.97762100),
     (0.12486590, 0.97073858), 0.5),
    ("M2", "slachtoffer", 12, 0.2461538462, 0.1247896112, (0.07513276, 0.56756675), (0.06917813, 0.58926313),
     (0.05262042, 0.56927385), 0.333333),
    ("M2", "melding", 4, 0.6875000000, 0.2234370249, (0.20376257, 0.94978189), (0.07437979, 0.98366852),
     (0.17077993, 0.98170981), 0.5),
    ("M2", "aangifte", 4, 0.4062500000, 0.2882362328, (0.05460680, 0.89016849), (0.01503286, 0.96842761),
     (0.01701577, 0.93725945), 0.25),
]  # fmt: skip

# R survey, apistrat: schools of California by type, and how many there are of each. Of the enrolment per type the mean
# and its standard error as R publishes them (svyby); of all together total and error (svytotal), with the correction
# for finite strata.
API_STRATA = {"E": (4421, 100, 416.78, 16.41740), "H": (755, 50, 1320.70, 91.70781), "M": (1018, 50, 832.48, 54.52157)}
# Its answers in full: how many of each type say yes, and the weights as R keeps them (in single precision).
API_YES = {"sch.wide": (91, 26, 35), "awards": (73, 16, 24), "comp.imp": (75, 17, 24)}
API_WEIGHTS = (44.20999908, 15.10000038, 20.36000061)
API_TOTAL, API_TOTAL_SE = 3_687_178, 114_642
