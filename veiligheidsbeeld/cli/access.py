"""Persons who log in under a name of their own: let in, ended, listed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.table import Table

from veiligheidsbeeld.cli.base import app, console, one_of, warehouse
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings, this_day
from veiligheidsbeeld.warehouse import access, connect, readers

access_app = typer.Typer(help="Persons who may read the warehouse under a name of their own.", no_args_is_help=True)
app.add_typer(access_app, name="access", rich_help_panel="For readers")
_DAYS = 365


@access_app.command("grant")
def grant(
    name: Annotated[str, typer.Argument(help="Name to log in with: small letters, digits and _ . -")],
    role: Annotated[str, typer.Option(help="Reads as: analist or bi_lezer.")] = "analist",
    own: Annotated[
        list[str] | None,
        typer.Option(help="Code of a municipality or partnership whose exact counts are theirs to see; repeatable."),
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day but one; a year.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="File with the password.", exists=True)] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Type the password; else one is made and shown once.")] = False,
) -> None:
    """Let a person in for a time, or say anew what a known one may; with a new password."""
    one_of(role, list(readers.READERS))
    if password_file:
        password = password_file.read_text(encoding="utf-8").strip()
    else:
        password = (
            typer.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else secrets.token_urlsafe()
        )
    if len(password) < 12:
        raise ConfigurationError("A password has 12 characters or more.", remedy="Choose a longer one.")
    last = until.date() if until else this_day() + timedelta(days=_DAYS)
    with _books() as (settings, admin):
        access.grant(
            admin, settings.region, name, reads_as=role, own=[code.upper() for code in own or ()], until=last,
            password=password,
        )  # fmt: skip
    console.print(f"{name} may log in until {last}.", markup=False)
    if not (password_file or ask):
        console.print(f"Password, shown this once: {password}", markup=False)


@access_app.command("end")
def end(name: Annotated[str, typer.Argument(help="Name of the person.")]) -> None:
    """End a person's sessions and login at once."""
    with _books() as (_, admin):
        access.end(admin, name)
    console.print(f"{name} cannot log in any more.", markup=False)


@access_app.command("list")
def listed() -> None:
    """Who may log in, as what, for which areas, until when, and when they read last."""
    table = Table("name", "reads as", "own figures", "until", "last read", box=None, header_style="bold")
    with _books() as (_, admin):
        for person in access.listed(admin):
            last = f"{person.last_read:%Y-%m-%d %H:%M}" if person.last_read else "never"
            until = f"{person.until:%Y-%m-%d}" if person.until else "-"
            table.add_row(person.name, person.reads_as, " ".join(person.own), until, last)
    console.print(table)


@contextmanager
def _books() -> Iterator[tuple[Settings, psycopg.Connection]]:
    """The warehouse as the superuser, who alone makes roles."""
    with warehouse(quiet=True) as settings, connect(settings, "postgres") as admin:
        yield settings, admin
