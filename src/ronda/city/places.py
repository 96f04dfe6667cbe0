"""Works out each camera's `Place`: inherited publication, agreement, quarantine.

Owned state: the places worked out so far; each is kept until its camera or anything around it changes.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from ronda.base.time import HZ_90K
from ronda.city.camera import Camera
from ronda.city.owner import Partner, PartnerScope
from ronda.city.place import NOWHERE, Agreement, Place
from ronda.city.publication import UNPUBLISHED, Publication, PublicationDecision, PublicationMode
from ronda.city.region import ancestors_of
from ronda.city.site import Site

_FOR_EVER_90K: Final = 1 << 62
_NOW_YEAR: Final = 2000


class Places:
    """Answers for one camera at a time, in microseconds once it was asked for.

    `default` holds where nobody has decided.
    """

    def __init__(self, zone: tzinfo, default: Publication = UNPUBLISHED) -> None:
        self._zone = zone
        self._default = default
        self._kept: dict[str, tuple[Camera, Place]] = {}
        self._of_camera: dict[str, PublicationDecision] = {}
        self._of_area: dict[tuple[str, str | None], PublicationDecision] = {}

    def follow(self, decisions: Iterable[PublicationDecision]) -> None:
        """Take the decisions in force; of two on the same matter the later counts."""
        self._of_camera, self._of_area, self._kept = {}, {}, {}
        for decision in sorted(decisions, key=lambda one: one.at_90k):
            if decision.camera is not None:
                self._of_camera[decision.camera] = decision
            else:
                self._of_area[decision.area, decision.kind] = decision

    def forget(self) -> None:
        """Something around the cameras has changed."""
        self._kept = {}

    def supposing(self, decisions: Iterable[PublicationDecision]) -> "Places":
        """Return what would answer if these decisions were the ones in force; nothing here changes."""
        supposed = Places(self._zone, self._default)
        supposed.follow(decisions)
        return supposed

    def of(self, camera: Camera, site: Site | None, partner: Partner | None) -> Place:
        """Return the place of a camera at `site` (of `partner`)."""
        kept = self._kept.get(camera.id)
        if kept is not None and kept[0] is camera:
            return kept[1]
        place = self._made(camera, site, partner)
        self._kept[camera.id] = (camera, place)
        return place

    def decision(self, camera: Camera, site: Site | None) -> PublicationDecision | None:
        """Return the decision that counts for a camera; None where nobody has decided."""
        if (own := self._of_camera.get(camera.id)) is not None:
            return own
        if site is None:
            return None
        for area in ancestors_of(site.area):
            found = self._of_area.get((area, site.kind.value)) or self._of_area.get((area, None))
            if found is not None:
                return found
        return None

    def _made(self, camera: Camera, site: Site | None, partner: Partner | None) -> Place:
        publication = self._publication(camera, site, partner)
        if site is None:
            return Place(publication=publication) if publication.visible else NOWHERE
        return Place(site.area, site.agency, self._agreement(partner) if partner else None, publication)

    def _publication(self, camera: Camera, site: Site | None, partner: Partner | None) -> Publication:
        decision = self.decision(camera, site)
        mode = decision.mode if decision else self._default.mode
        if mode is PublicationMode.NO or not camera.pulled:
            return UNPUBLISHED
        if partner is not None and (not partner.public or partner.revoked or partner.scope is PartnerScope.EMERGENCY):
            return UNPUBLISHED
        if camera.quarantine is not None:
            return Publication(quarantined=True)
        if mode is PublicationMode.LIVE and partner is not None and partner.scope is PartnerScope.HOURS:
            # A partner's hours bound what was decided, and never show more: the policy asks them for every mode.
            return Publication(PublicationMode.HOURS, partner.hours, masks=camera.masks)
        if decision is None:
            return replace(self._default, masks=camera.masks)
        return Publication(decision.mode, decision.hours, decision.delay_s, camera.masks)

    def _agreement(self, partner: Partner) -> Agreement:
        start = _FOR_EVER_90K if partner.start is None else self._begin_90k(partner.start)
        end = _FOR_EVER_90K if partner.end is None else self._begin_90k(partner.end, later=1)
        return Agreement(
            partner.id,
            start,
            end,
            emergency_only=partner.scope is PartnerScope.EMERGENCY,
            revoked=partner.revoked is not None,
            hours=partner.hours if partner.scope is PartnerScope.HOURS else (),
        )

    def _begin_90k(self, day: date, later: int = 0) -> int:
        """Return when a day begins, or the day so many days `later`."""
        try:
            return int(datetime.combine(day + timedelta(days=later), time(), self._zone).timestamp()) * HZ_90K
        except (ValueError, OverflowError):  # a day at the end of the calendar, as some write "for ever"
            return _FOR_EVER_90K if day.year > _NOW_YEAR else 0
