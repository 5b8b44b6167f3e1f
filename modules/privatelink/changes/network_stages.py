"""The stages of a change of subnets, as edits of the topology file.

First the endpoints leave the zones that change, into zones that do not, or into one that changes first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from privatelink.changes import places
from privatelink.changes.plans import texts
from privatelink.changes.staged import AS_IT_IS, LAST, Stage
from privatelink.changes.subnets import OVERLAP, ZONE_FORM, Network, cidr, renamed_zones

_Cidrs = Mapping[str, IPv4Network]
_ANOTHER_ZONE = "<another zone of the service>"
_FREE_CIDR = "<a free CIDR of the VPC>"


def stages(network: Network, path: str) -> tuple[Stage, ...]:
    """Return the stages of a change.

    Arguments:
        network: the subnets and endpoints.
        path: path of the consumer, or the service, in the topology file.
    """
    if network.kind is ZONE_FORM:
        return (_zones_renamed(network, path),)
    return (*_Stages(network, path).find(), LAST)


def _zones_renamed(network: Network, path: str) -> Stage:
    pairs = sorted(
        f"{places.zone(new)}: {places.zone(old)}" for old, new in renamed_zones(network.subnets).values()
    )
    return Stage((f"{path}.network.zones_renamed_from: {{{', '.join(pairs)}}}", AS_IT_IS))


@dataclass(frozen=True)
class _Stages:
    network: Network
    path: str

    def find(self) -> Iterator[Stage]:
        """Yield the stages before the last one."""
        kept = {zone: block for zone, block in self._old.items() if self._new.get(zone) == block}
        added = [zone for zone in self._new if zone not in self._old]
        changed = [zone for zone in self._old if zone in self._new and zone not in kept]
        first = added or sorted(changed, key=self._is_taken)
        if kept:
            if self.network.endpoints:
                yield Stage(tuple(self._endpoints(kept)))
            if self._overlaps:
                yield Stage((self._zones(kept),))
        elif not first:
            # No zone is left that the endpoints can be in meanwhile.
            yield Stage((self.network.kind.instead,))
        elif added or len(self._old) > 1:
            yield from self._by_way_of(first[0])
        else:
            yield from self._by_way_of_another_zone()

    def _by_way_of(self, zone: str) -> Iterator[Stage]:
        """Yield stages in which one zone has its new subnet first, or one at an unused CIDR."""
        new = self._new[zone]
        between = self._free(new) if self._is_taken(zone) else new
        others = [each for each in self._old if each != zone]
        shown = {each: str(block) for each, block in self._old.items()} | {zone: str(between or _FREE_CIDR)}
        if zone in self._old:
            yield Stage((self._zones(shown), *self._endpoints(others)))
            yield Stage(tuple(self._endpoints([zone])))
        else:
            yield Stage((self._zones(shown), *self._endpoints([zone])))
        alone = {zone: shown[zone]}
        if self._overlaps:
            yield Stage((self._zones(alone),))
        rest = {each: str(block) for each, block in self._new.items() if each != zone}
        if between != new and rest:
            yield Stage((self._zones(alone | rest), *self._endpoints(rest)))

    def _by_way_of_another_zone(self) -> Iterator[Stage]:
        """Yield stages for a network with one zone, which changes."""
        (zone, old), *_ = self._old.items()
        between = str(self._free(old) or _FREE_CIDR)
        both = self._zones({zone: str(old), _ANOTHER_ZONE: between})
        yield Stage((both, *self._endpoints([_ANOTHER_ZONE])))
        if self._overlaps:
            yield Stage((self._zones({_ANOTHER_ZONE: between}),))

    @property
    def _overlaps(self) -> bool:
        return self.network.kind is OVERLAP

    @cached_property
    def _old(self) -> _Cidrs:
        return {
            places.zone(subnet): block
            for subnet in self.network.subnets
            if subnet.exists and (block := cidr(subnet))
        }

    @cached_property
    def _new(self) -> _Cidrs:
        return {
            places.zone(subnet): block
            for subnet in self.network.subnets
            if not subnet.destroyed and (block := cidr(subnet, after=True))
        }

    def _is_taken(self, zone: str) -> bool:
        """Whether the new CIDR of a zone overlaps an old one."""
        return any(self._new[zone].overlaps(block) for block in self._old.values())

    def _free(self, like: IPv4Network) -> IPv4Network | None:
        """Return a CIDR of the VPC, of the same size, that is neither an old nor a new subnet."""
        used = [*self._old.values(), *self._new.values()]
        blocks = self.network.vpc.subnets(new_prefix=like.prefixlen) if self.network.vpc else ()
        return next((block for block in blocks if not any(block.overlaps(each) for each in used)), None)

    def _zones(self, cidrs: Mapping[str, object]) -> str:
        listed = ", ".join(f"{zone}: {block}" for zone, block in sorted(cidrs.items()))
        return f"{self.path}.network.zones: {{{listed}}}"

    def _endpoints(self, zones: Iterable[str]) -> Iterator[str]:
        """Yield the zones of each endpoint: those that it has of some zones, or all of these."""
        allowed = sorted(zones)
        ids = {subnet.id: places.zone(subnet) for subnet in self.network.subnets if subnet.exists}
        for endpoint in self.network.endpoints:
            has: Sequence[str] = [ids[each] for each in texts(endpoint.before("subnet_ids")) if each in ids]
            chosen = [zone for zone in allowed if zone in has] or allowed
            yield f"{self.path}.{places.endpoint(endpoint)}.zones: [{', '.join(chosen)}]"
