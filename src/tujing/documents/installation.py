"""Documents: how the installation does, its storage, its backups."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Words


class HealthWarning(BaseModel):
    code: str
    words: Words = Field(description="What is wrong, and what to do about it.")


class StatedLimit(BaseModel):
    """What the installation is meant for."""

    id: str
    name: Words
    value: int
    enforced: bool


class OfInstallation(BaseModel):
    """What only who runs the installation may see."""

    version: str
    database: str
    database_bytes: int
    disk_bytes: int
    disk_free_bytes: int
    organisations: int
    people: int
    queued: int
    running: int


class Health(BaseModel):
    state: Literal["ok", "degraded", "down"]
    database: str
    worker: str
    disk: str
    workers: int = Field(description="That were seen of late.")
    warnings: list[HealthWarning]
    jobs: dict[str, int] = Field(description="The company's jobs by status.")
    waiting_since: datetime | None = Field(description="Since when the oldest job waits.")
    limits: list[StatedLimit]
    installation: OfInstallation | None = Field(description="Null unless the caller runs the installation.")


class StoredFolder(BaseModel):
    name: str
    bytes: int


class Storage(BaseModel):
    """What the company takes on the disk, the largest first; at most five minutes old."""

    bytes: int
    folders: list[StoredFolder]


class ClockWork(BaseModel):
    """Work of any kind that comes round by the clock."""

    id: int
    name: str
    kind: str
    period: str
    next_due: datetime
    last: datetime | None
    active: bool


class ClockSwitch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    active: bool


class ResetWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    confirm: str = Field(max_length=40, description="`motor-works`, as everything of the example is made anew.")


class Backup(BaseModel):
    name: str
    bytes: int
    made: datetime


class CheckedBackup(BaseModel):
    """A backup whose every part has the hash that it says."""

    name: str
    version: str
    created: datetime
    database: str
    rows: int
    files: int
    has_key: bool = Field(description="Whether the secret key is in it, sealed.")
    same_key: bool = Field(description="Whether it is of an installation with this one's secret key.")
