"""Landing: whole deliveries or none, in order of age, unchangeable and checked when read."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from veiligheidsbeeld.errors import ConfigurationError, DeliveryRefused, SourceError
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.landing.cubes import Manifest, Page, Part, Scope, Workbench
from veiligheidsbeeld.settings import Settings

DATASET = "politie_misdrijven_gemeente"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"VB_HOME": str(tmp_path)})


def build(settings: Settings, bodies: list[bytes]) -> landing.Delivery:
    bench = Workbench(settings, DATASET)
    bench.begin(b"plan")
    pages = []
    for number, body in enumerate(bodies, 1):
        file = bench.page_file("0.0.0", number)
        bench.put(file, body)
        pages.append(Page(file, 1, len(body), hashlib.sha256(body).hexdigest()))
    bench.put("codes/SoortMisdrijf.json.zst", b'{"value":[]}')
    bench.put("codes/TableInfos.json.zst", b'{"value":[1]}')
    return bench.complete(
        Manifest(
            dataset=DATASET,
            tabel="47013NED",
            protocol="odata_v3",
            bron_soort="voorbeeld",
            adres="http://127.0.0.1/x",
            gewijzigd="2026-06-15T02:00:00",
            versie=None,
            periode="2012-2026",
            opgehaald_op="2026-06-16T02:00:00+00:00",
            scope=Scope(["NL01"], None),
            delen=[Part("0.0.0", "", len(bodies), len(bodies), pages)],
            rijen=len(bodies),
            codelijsten={"SoortMisdrijf": "codes/SoortMisdrijf.json.zst"},
            metagegevens={"TableInfos": "codes/TableInfos.json.zst"},
            inhoud_sha256=hashlib.sha256(b"".join(bodies)).hexdigest(),
            software="proef",
        )
    )


def test_pages_come_back_in_order_as_received(settings: Settings) -> None:
    bodies = [json.dumps({"value": [n], "x": "é" * n}).encode() for n in range(12)]
    delivery = build(settings, bodies)
    assert [body for _, body in delivery.pages()] == bodies
    assert [name for name, _ in delivery.pages()][10] == "pages/0.0.0-0011.json.zst"
    assert delivery.codes("SoortMisdrijf") == b'{"value":[]}'
    assert delivery.codes("TableInfos") == b'{"value":[1]}'
    with pytest.raises(KeyError, match="RegioS"):
        delivery.codes("RegioS")
    reread = landing.latest(settings, DATASET)
    assert reread and reread.manifest == delivery.manifest


def test_deliveries_sort_by_age_even_within_one_second(settings: Settings) -> None:
    made = [build(settings, [b"%d" % n]).name for n in range(4)]
    assert [d.name for d in landing.deliveries(settings, DATASET)] == made
    latest = landing.latest(settings, DATASET)
    assert latest and latest.name == made[-1]
    assert landing.deliveries(settings, "bestaat_niet") == []
    assert landing.latest(settings, "bestaat_niet") is None


def test_a_delivery_is_read_only_and_holds_nothing_else(settings: Settings) -> None:
    delivery = build(settings, [b"a", b"b"])
    files = sorted(str(p.relative_to(delivery.path)) for p in delivery.path.rglob("*") if p.is_file())
    assert files == [
        "codes/SoortMisdrijf.json.zst",
        "codes/TableInfos.json.zst",
        "manifest.json",
        "pages/0.0.0-0001.json.zst",
        "pages/0.0.0-0002.json.zst",
    ]
    assert all((delivery.path / file).stat().st_mode & 0o222 == 0 for file in files)
    assert not (delivery.path.parent / ".bezig").exists()


@pytest.mark.parametrize("damage", ["changed", "shortened", "gone"])
def test_damage_is_found_and_named(settings: Settings, damage: str) -> None:
    delivery = build(settings, [b"een", b"twee"])
    path = delivery.path / "pages/0.0.0-0002.json.zst"
    path.chmod(0o644)
    if damage == "changed":
        path.write_bytes(landing.pack(b"drie"))  # the same length, whole, but not what was received
    elif damage == "shortened":
        path.write_bytes(path.read_bytes()[:-2])
    else:
        path.unlink()
    with pytest.raises(DeliveryRefused, match=r"0\.0\.0-0002"):
        list(delivery.pages())


def test_a_folder_without_manifest_is_refused_by_name(settings: Settings) -> None:
    delivery = build(settings, [b"een"])
    (delivery.path / "manifest.json").chmod(0o644)
    (delivery.path / "manifest.json").write_text('{"dataset": "x"')
    with pytest.raises(DeliveryRefused, match=delivery.name):
        landing.find(settings, DATASET, delivery.name)
    assert landing.latest(settings, DATASET) is None, "the source is asked again"


def test_the_workbench_goes_on_only_with_the_same_plan(settings: Settings) -> None:
    bench = Workbench(settings, DATASET)
    assert bench.begin(b"plan A") is False
    file = bench.page_file("deel", 1)
    bench.put(file, b"inhoud")
    assert Workbench(settings, DATASET).begin(b"plan A") is True
    assert bench.get(file) == b"inhoud"
    assert Workbench(settings, DATASET).begin(b"plan B") is False
    with pytest.raises(FileNotFoundError):
        bench.get(file)
    assert landing.deliveries(settings, DATASET) == []


def test_one_process_at_a_time_and_the_lock_dies_with_it(settings: Settings, tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from veiligheidsbeeld.landing.cubes import Workbench\n"
        "from veiligheidsbeeld.settings import Settings\n"
        f"with Workbench(Settings.from_env({{'VB_HOME': {str(tmp_path)!r}}}), {DATASET!r}).locked():\n"
        "    print('locked', flush=True)\n"
        "    time.sleep(60)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout and other.stdout.readline() == "locked\n"
        with pytest.raises(ConfigurationError, match=DATASET), Workbench(settings, DATASET).locked():
            pass
    finally:
        other.kill()
        other.wait()
    with Workbench(settings, DATASET).locked():
        pass


@pytest.fixture(scope="module")
def store() -> Iterator[s3fs.S3FileSystem]:
    """An S3 server on loopback, with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address, port = server.get_host_and_port()
    given = {"ENDPOINT_URL": f"http://{address}:{port}", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**given, "DEFAULT_REGION": "us-east-1"}.items():
            environment.setenv(f"AWS_{name}", value)
        files = s3fs.S3FileSystem()
        files.mkdir("landing")
        yield files
    server.stop()


@pytest.fixture
def root(store: s3fs.S3FileSystem, tmp_path: Path) -> str:
    """A place in the store that hosts of this test share."""
    return f"landing/{tmp_path.name}"


@pytest.fixture
def host(tmp_path: Path, root: str) -> Callable[[str], Settings]:
    """Settings of a host with a disk of its own."""
    return lambda name: Settings.from_env({"VB_HOME": str(tmp_path / name), "VB_LANDING": f"s3://{root}"})


def test_what_one_host_brings_another_reads(host: Callable[[str], Settings]) -> None:
    one, other = host("een"), host("ander")
    first = build(one, [b"een", b"twee"])
    assert [d.name for d in landing.deliveries(other, DATASET)] == [first.name]
    second = build(other, [b"drie"])
    assert second.name > first.name, "sorted by age over hosts"
    assert [d.name for d in landing.deliveries(one, DATASET)] == [first.name, second.name]
    read = landing.find(other, DATASET, first.name)
    assert read.manifest == first.manifest
    assert [body for _, body in read.pages()] == [b"een", b"twee"]
    assert read.codes("TableInfos") == b'{"value":[1]}'
    assert [body for _, body in landing.find(one, DATASET, second.name).pages()] == [b"drie"]
    assert all(path.stat().st_mode & 0o222 == 0 for path in read.path.rglob("*") if path.is_file())


def test_a_delivery_is_there_when_its_manifest_is(
    host: Callable[[str], Settings], store: s3fs.S3FileSystem, root: str
) -> None:
    """A host that died while it brought one leaves nothing that another takes for whole, and goes on itself."""
    one, other = host("een"), host("ander")
    made = build(one, [b"een"])
    store.rm(f"{root}/{DATASET}/{made.name}/manifest.json")
    store.rm(f"{root}/{DATASET}/{made.name}/pages", recursive=True)
    assert landing.latest(other, DATASET) is None
    assert len(landing.deliveries(one, DATASET)) == 1
    assert [body for _, body in landing.find(other, DATASET, made.name).pages()] == [b"een"]


def test_what_was_changed_or_lost_in_the_store_is_refused(
    host: Callable[[str], Settings], store: s3fs.S3FileSystem, root: str
) -> None:
    made = build(host("een"), [b"een", b"twee"])
    pages = f"{root}/{DATASET}/{made.name}/pages"
    store.pipe_file(f"{pages}/0.0.0-0001.json.zst", landing.pack(b"nee"))
    store.rm(f"{pages}/0.0.0-0002.json.zst")
    for number, page in enumerate(made.page_list()):
        with pytest.raises(DeliveryRefused, match=rf"0\.0\.0-000{number + 1}"):
            landing.find(host("ander"), DATASET, made.name).read(page)


@pytest.mark.parametrize("address", ["s3://er-is-geen/landing", "file:///er/is/geen"])
def test_a_store_that_is_not_there_is_named_and_not_made(
    tmp_path: Path, store: s3fs.S3FileSystem, address: str
) -> None:
    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_LANDING": address})
    with pytest.raises(SourceError, match=rf"{address} \(VB_LANDING\)"):
        build(settings, [b"een"])
    assert not store.exists("er-is-geen") and not Path("/er").exists()


def test_a_folder_that_hosts_mount_will_do(tmp_path: Path) -> None:
    (tmp_path / "gedeeld").mkdir()
    one, other = (
        Settings.from_env({"VB_HOME": str(tmp_path / name), "VB_LANDING": str(tmp_path / "gedeeld")})
        for name in ("een", "ander")
    )
    made = build(one, [b"een"])
    assert [body for _, body in landing.find(other, DATASET, made.name).pages()] == [b"een"]
