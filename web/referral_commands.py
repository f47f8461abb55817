"""`flask referral`: packages and words between installations that no network joins."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from services.clock import local_date
from services.connection import WorkSession
from services.errors import InvalidCommandError
from services.frame import Frame
from services.queries.people import find_account_holder
from services.referral.carriage import exchange_key, read_key
from services.referral.exchange import export_package, export_words, import_package, take_words
from services.referral.step import ReferralNotFoundError
from services.sealer import fingerprint
from services.settings import ReferralModule
from web.context import surroundings
from web.labels import REFERRAL_FIELDS, error_sentence, field_problem
from web.operator_words import REFERRAL_FILES
from workflows.errors import RuleError

REFUSED = 2
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


def install(app: Flask, chosen: ReferralModule) -> None:
    """Register the commands of the side that this installation takes."""
    if chosen is ReferralModule.OFF:
        return
    referral = AppGroup("referral", help="移送 Referrals on media")
    side = import_file if chosen is ReferralModule.RECEIVE else export
    for command in (show_key, side, reply, take_reply):
        referral.add_command(command)
    app.cli.add_command(referral)


@click.command("key")
@with_appcontext
def show_key() -> None:
    """显示本机交换公钥 What the other side needs in order to write to this host."""
    key = exchange_key(surroundings().office)
    click.echo(REFERRAL_FILES["key"].format(key=key))
    click.echo(REFERRAL_FILES["fingerprint"].format(fingerprint=fingerprint(key)))
    click.echo(REFERRAL_FILES["handed"])


@click.command("export")
@click.argument("number")
@click.option("--to", "out", type=OUT, required=True, help="写入的文件 The file to write")
@click.option("--receiver-key", required=True, help="接收主机的交换公钥 The receiver's key")
@click.option("--as", "username", required=True, help="以移送单位哪位人员名义 Who takes it")
@with_appcontext
def export(number: str, out: Path, receiver_key: str, username: str) -> None:
    """把封存的材料写入介质 The sealed package, for the host of that key alone."""
    _write(
        out, number, username, lambda frame: export_package(frame, number, read_key(receiver_key))
    )


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--sender-key", required=True, help="移送单位的交换公钥 The sender's key")
@with_appcontext
def import_file(file: Path, sender_key: str) -> None:
    """导入介质上的移送材料 Take a package in; all of it or nothing."""
    here = surroundings()
    with _refusals(""), here.connection.transaction() as session:
        taken = import_package(
            session, here.office, file.read_bytes(), read_key(sender_key), here.clock()
        )
    click.echo(REFERRAL_FILES["imported"].format(number=taken.number, title=taken.title))


@click.command("reply")
@click.argument("number")
@click.option("--to", "out", type=OUT, required=True, help="写入的文件 The file to write")
@click.option("--as", "username", required=True, help="以哪位承办人员名义 Who takes it")
@with_appcontext
def reply(number: str, out: Path, username: str) -> None:
    """把本方的签收、决定、询问、答复和结果写入介质 What this side has said so far."""
    _write(out, number, username, lambda frame: export_words(frame, number))


@click.command("take-reply")
@click.argument("file", type=FILE)
@click.option("--as", "username", required=True, help="以哪位承办人员名义登记 Who registers it")
@with_appcontext
def take_reply(file: Path, username: str) -> None:
    """登记对方介质上的办理 Put on record what the other side has said since."""
    with (
        _refusals(REFERRAL_FILES["no_file_of_ours"].format(username=username)),
        _frame(username) as frame,
    ):
        taken = take_words(frame, file.read_bytes())
    click.echo(REFERRAL_FILES["taken"].format(number=taken.number, count=taken.count))


def _write(out: Path, number: str, username: str, make: Callable[[Frame], bytes]) -> None:
    """What is on record is sure before the file is there, never the other way round."""
    if out.exists():
        _refuse(REFERRAL_FILES["exists"].format(file=out))
    not_found = REFERRAL_FILES["not_found"].format(number=number, username=username)
    with _refusals(not_found), _frame(username) as frame:
        content = make(frame)
    try:
        _put(out, content)
    except OSError as error:
        _refuse(REFERRAL_FILES["unwritable"].format(file=out, error=error.strerror))
    click.echo(REFERRAL_FILES["written"].format(file=out))


def _put(out: Path, content: bytes) -> None:
    """A file that only its owner reads, whole or not at all."""
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        out.unlink()
        raise


@contextmanager
def _frame(username: str) -> Iterator[Frame]:
    here = surroundings()
    with here.connection.transaction() as session:
        yield _frame_of(session, username)


def _frame_of(session: WorkSession, username: str) -> Frame:
    here = surroundings()
    now = here.clock()
    actor = find_account_holder(session, username, local_date(now))
    if actor is None:
        _refuse(REFERRAL_FILES["nobody"].format(username=username))
    return Frame(session, actor, now, here.office)


@contextmanager
def _refusals(not_found: str) -> Iterator[None]:
    """Every refusal as one line; nothing of the transaction is kept."""
    try:
        yield
    except ReferralNotFoundError:
        _refuse(not_found)
    except InvalidCommandError as error:
        _refuse(
            "；".join(
                field_problem(code, REFERRAL_FIELDS[name]) for name, code in error.fields.items()
            )
        )
    except RuleError as error:
        _refuse(error_sentence(error.code, error.detail))


def _refuse(said: str) -> NoReturn:
    click.echo(said, err=True)
    raise SystemExit(REFUSED)
