# The image of every service of docker-compose.yml but the database and the broker: one lock, one code base.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    VB_HOME=/var/lib/veiligheidsbeeld AIRFLOW_HOME=/var/lib/veiligheidsbeeld/airflow

# A volume takes the owner of the folder that it is first mounted on.
RUN useradd --system --create-home --uid 50000 veiligheidsbeeld \
    && install -d -o veiligheidsbeeld /opt/veiligheidsbeeld \
    && install -d -o veiligheidsbeeld -m 0750 /var/lib/veiligheidsbeeld /backups
WORKDIR /opt/veiligheidsbeeld

COPY requirements.txt requirements-server.txt ./
RUN pip install --no-deps --require-hashes -r requirements.txt -r requirements-server.txt

COPY --chown=veiligheidsbeeld . .
RUN pip install --no-deps --editable .

USER veiligheidsbeeld
