"""The key of a contact: a salted hash of a phone or an e-mail, the same from a file and a CRM.

The rule stands here twice, as SQL for the columns of a file and as Python for the records of a
CRM; a test holds that both make one key of one contact.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

LENGTH = 32
SHORTEST, TRUNK, NATIONAL = 7, 11, 10  # digits: of any phone, of 8 912 …, of 912 …


def contact_key(salt: str, *, phone: str = "", email: str = "", key: str = "") -> str | None:
    """Hash the first of a phone, an e-mail and a key that is usable; None without one.

    >>> contact_key("s", phone="8 (912) 345-67-89") == contact_key("s", phone="+79123456789")
    True
    >>> contact_key("s", phone="12", email="nobody") is None
    True
    """
    way = _phone(phone) or (email.lower() if "@" in email else "") or key
    return sha256(f"{salt}:{way}".encode(errors="replace")).hexdigest()[:LENGTH] if way else None


def _phone(text: str) -> str:
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) == TRUNK and digits[0] == "8":
        return f"7{digits[1:]}"
    if len(digits) == NATIONAL and digits[0] == "9":
        return f"7{digits}"
    return digits if len(digits) >= SHORTEST else ""


def contact_sql(present: Collection[str], salt: str) -> str:
    """Return the SQL of a key over `v_phone`, `v_email` and `v_contact_key`; `salt` is quoted.

    >>> contact_sql((), "'s:'")
    'cast(null as varchar)'
    """
    digits = "regexp_replace(v_phone, '[^0-9]', '', 'g')"
    phone = (
        f"case when length({digits}) = {TRUNK} and {digits}[1] = '8' then '7' || {digits}[2:] "
        f"when length({digits}) = {NATIONAL} and {digits}[1] = '9' then '7' || {digits} "
        f"when length({digits}) >= {SHORTEST} then {digits} end"
    )
    email = "case when contains(v_email, '@') then lower(v_email) end"
    ways = [
        way
        for field, way in (("phone", phone), ("email", email), ("contact_key", "v_contact_key"))
        if field in present
    ]
    if not ways:
        return "cast(null as varchar)"
    return f"sha256({salt} || coalesce({', '.join(ways)}))[1:{LENGTH}]"
