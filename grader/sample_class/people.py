"""Names for a class, made up of parts: Korean ones most, some from elsewhere."""

from __future__ import annotations

import random

_FAMILY = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍 전 고 문 손 양 배 백 허 남 심".split()  # noqa: SIM905 - names are read in a row
_GIVEN = (  # noqa: SIM905
    "서연 민준 지우 하윤 도윤 서준 지민 예은 현우 수빈 유진 은우 다은 준서 채원 시우 가은 건우 나연 태윤 "
    "소율 재원 아린 동현 윤서 성민 하은 정우 보경 승현 미래 한결 가람 슬기 다온 이안 새봄 하람 나래 찬솔"
).split()
_FIRST = "Ada Noor Mateo Ines Otis Priya Emil Lena Tariq Wren Yuki Sora Haruto Mei Anouk Bram Zofia Idris".split()  # noqa: SIM905
_LAST = "Almeida Brandt Castell Dubois Eriksen Farouk Greene Hosseini Ito Jansen Kowal Lindqvist Mori Novak".split()  # noqa: SIM905
_LATIN_SHARE = 0.25


def people(count: int, seed: int) -> list[str]:
    """So many different names."""
    chance = random.Random(f"{seed}/names")  # noqa: S311 - dice, not secrets
    names: dict[str, None] = {}
    met: dict[str, int] = {}
    while len(names) < count:
        if chance.random() < _LATIN_SHARE:
            name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        else:
            name = chance.choice(_FAMILY) + chance.choice(_GIVEN)
        met[name] = met.get(name, 0) + 1
        # Two of one name are told apart as a teacher would: 김서연, 김서연 2.
        names[name if met[name] == 1 else f"{name} {met[name]}"] = None
    return list(names)
