"""Every table, imported in one place, so that migrations and tests see the whole cabinet."""

from sqlmodel import SQLModel

from models import (
    agencies,
    agreements,
    attachments,
    audit,
    cases,
    emergencies,
    found_by,
    grants,
    hand_overs,
    imports,
    journal,
    operations,
    planning,
    profiles,
    proposals,
    reports,
    sign_ins,
    tasks,
    tokens,
    widenings,
    withdrawals,
    worlds,
)

ROOMS = (
    agencies,
    agreements,
    attachments,
    audit,
    cases,
    emergencies,
    found_by,
    grants,
    hand_overs,
    imports,
    journal,
    operations,
    planning,
    profiles,
    proposals,
    reports,
    sign_ins,
    tasks,
    tokens,
    widenings,
    withdrawals,
    worlds,
)
METADATA = SQLModel.metadata
