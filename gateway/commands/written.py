"""Where a command writes what it hands out: the folder is there before anything is logged; nothing is written over."""

import os
from itertools import chain, count
from pathlib import Path
from typing import Any

import click


class Target(click.Path):
    """A file or a folder to write to, made and tried before the command begins.

    What has been handed out stands in the log for ever, so it must not be lost for want of a folder.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(str(super().convert(value, param, ctx)))
        folder = path.parent if self.file_okay else path
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.fail(f"{folder} cannot be made: {error.strerror}. Name another place.", param, ctx)
        if not os.access(folder, os.W_OK):
            self.fail(f"nothing may be written to {folder}. Name another place.", param, ctx)
        return path


NEW_FILE = Target(dir_okay=False, path_type=Path)
NEW_FOLDER = Target(file_okay=False, path_type=Path)


def laid(folder: Path, name: str, content: bytes) -> Path:
    """Write a file, beside one of the same name where there is one: several messages of a sender may bear one name."""
    plain = folder / name
    others = (plain.with_name(f"{plain.stem} ({number}){plain.suffix}") for number in count(1))
    for path in chain((plain,), others):
        try:
            with path.open("xb") as made:
                made.write(content)
        except FileExistsError:
            if path.read_bytes() == content:
                return path
        else:
            return path
    raise AssertionError  # pragma: no cover (there is always another number)
