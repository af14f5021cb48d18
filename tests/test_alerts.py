"""The one message about a failed run."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from psycopg.types.json import Jsonb

from veiligheidsbeeld import alerts
from veiligheidsbeeld.warehouse import connect


def log(settings, stap, onderwerp, uitkomst, detail=None, boodschap="tekst"):
    with connect(settings, "lader") as connection:
        connection.execute(
            "insert into beheer.stap (run_id, stap, onderwerp, gestart_op, geeindigd_op, uitkomst, boodschap, detail)"
            " values ('r1', %s, %s, now(), now(), %s, %s, %s)",
            [stap, onderwerp, uitkomst, boodschap, Jsonb(detail or {})],
        )


def task_log(settings, task_id, attempt, **line):
    folder = alerts.task_logs(settings, "politie_laden", "r1", task_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"attempt={attempt}.log").write_text("no json\n" + json.dumps(line) + "\n")


def test_it_names_what_failed_whose_it_is_and_what_to_do(clean_warehouse):
    told = {"wat": "kolom weg", "remedie": "vraag de bron", "eigenaar": "beheerder open data"}
    log(clean_warehouse, "laad", "politie_overlast_buurt", "geweigerd", told)
    log(clean_warehouse, "laad", "politie_misdrijven_buurt", "gedaan")
    (failure,) = alerts.failures(clean_warehouse, ["r1"])
    text = alerts.compose("politie_laden failed", [failure])
    for part in ("politie_overlast_buurt", "laad", *told.values()):
        assert part in text
    assert "politie_misdrijven_buurt" not in text


def test_a_failure_that_the_next_try_mended_is_no_failure(clean_warehouse):
    log(clean_warehouse, "haal_op", "cbs_bevolking", "mislukt", {"wat": "503"})
    log(clean_warehouse, "haal_op", "cbs_bevolking", "gedaan")
    assert alerts.failures(clean_warehouse, ["r1"]) == []


def test_a_task_without_a_word_is_told_from_its_last_log(clean_warehouse):
    task_log(clean_warehouse, "cbs_bevolking.laad", 1, error_detail=[{"exc_type": "OSError", "exc_value": "oud"}])
    task_log(clean_warehouse, "cbs_bevolking.laad", 2, error_detail=[{"exc_type": "KeyError", "exc_value": "nieuw"}])
    tasks = ("cbs_bevolking.laad", "keur", f"vm_respondent.{alerts.OUTCOME}")
    failed = [("politie_laden", "r1", task) for task in tasks]
    found = alerts.failures(clean_warehouse, ["r1"], failed)
    assert [(f.subject, f.step) for f in found] == [("cbs_bevolking", "laad"), ("politie_laden", "keur")]
    assert found[0].what == "KeyError: nieuw"
    assert "killed" in found[1].what


@pytest.fixture
def webhook(monkeypatch):
    """A receiver on loopback; gives what it received."""
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("VB_ALERT_WEBHOOK", f"http://127.0.0.1:{server.server_port}/")
    yield received
    server.shutdown()
    server.server_close()


def test_it_is_kept_in_a_file_and_sent_to_the_webhook(clean_warehouse, webhook):
    path = alerts.send(clean_warehouse, "politie_laden__manual__2026-11-21T20:00:00+00:00", "Boodschap")
    assert path.parent == clean_warehouse.home / "meldingen"
    assert path.read_text() == "Boodschap\n"
    assert webhook == [{"text": "Boodschap"}]


def test_a_dead_webhook_does_not_lose_the_message(clean_warehouse, monkeypatch, capsys):
    monkeypatch.setenv("VB_ALERT_WEBHOOK", "http://127.0.0.1:9/")
    path = alerts.send(clean_warehouse, "x", "Boodschap")
    assert path.read_text() == "Boodschap\n"
    assert "could not be sent" in capsys.readouterr().out


def test_a_deadline_is_only_missed_by_a_mart_that_was_not_published(clean_warehouse, monkeypatch):
    monkeypatch.setenv("VB_HOME", str(clean_warehouse.home))
    monkeypatch.setenv("VB_PG_PORT", str(clean_warehouse.pg_port))
    monkeypatch.setenv("VB_PG_DATABASE", clean_warehouse.pg_database)
    log(clean_warehouse, "publiceer", "jeugd", "gedaan")
    for thema in ("jeugd", "cybercrime"):
        alerts.deadline_missed(thema, 60, context={"dag_run": {"dag_run_id": "r1"}})
    (message,) = (clean_warehouse.home / "meldingen").iterdir()
    assert "cybercrime" in message.read_text()
