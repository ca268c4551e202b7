"""Tryton, a CRM by others, as a process: edits by its ORM, which then says what there is.

It is told and answers by lines of JSON: `["create", {...}]`, `["write", id, {...}]`,
`["delete", id]`, `["lost", id]`, `["all"]`. Setting it up takes half a minute, so what it has set
up is kept in a folder.

    python -m tests.sources.sql.tryton FOLDER KEPT
"""

import json
import os
import sys
import warnings
from decimal import Decimal

NAME = "crm"


def begin(folder, kept):
    """Set a database up in a folder."""
    os.environ |= {"DB_NAME": NAME, "DB_CACHE": kept}
    from trytond import config

    config.update_etc()
    config.set("database", "uri", "sqlite://")
    config.set("database", "path", folder)
    from trytond.tests.test_tryton import activate_module

    activate_module(["sale_opportunity"])


class Story:
    """The opportunities of one company."""

    def __init__(self, opportunities, company, party):
        self.all_of, self.company, self.party = opportunities, company, party

    def create(self, values):
        """Create one; return its id."""
        own = {
            "company": self.company.id,
            "currency": self.company.currency.id,
            "party": self.party,
        }
        [made] = self.all_of.create([{**own, **spelled(values)}])
        return made.id

    def write(self, id_, values):
        """Change one."""
        self.all_of.write([self.all_of(id_)], spelled(values))

    def delete(self, id_):
        """Delete one, which has to be cancelled first."""
        self.all_of.cancel([self.all_of(id_)])
        self.all_of.delete([self.all_of(id_)])

    def lost(self, id_):
        """Lose one."""
        self.all_of.lost([self.all_of(id_)])

    def all(self):
        """Return what there is."""
        return {
            each.id: [each.description, str(each.amount or ""), each.state]
            for each in self.all_of.search([])
        }


def spelled(values):
    """Turn amounts into decimals."""
    amount = values.get("amount")
    return {**values, **({"amount": Decimal(amount)} if amount else {})}


def answer(value):
    """Say something in a line."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main(folder, kept):
    """Do what the lines say, each in a transaction of its own."""
    warnings.simplefilter("ignore")
    begin(folder, kept)
    from trytond.modules.company.tests import create_company, set_company
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    with Transaction().start(NAME, 1) as transaction:
        pool = Pool()
        company = create_company()
        [party] = pool.get("party.party").create([{"name": "Roof & Co"}])
        own = company.id, party.id
        transaction.commit()
    answer("ready")
    for line in sys.stdin:
        name, *rest = json.loads(line)
        with Transaction().start(NAME, 1) as transaction:
            company = Pool().get("company.company")(own[0])
            with set_company(company):
                story = Story(Pool().get("sale.opportunity"), company, own[1])
                done = getattr(story, name)(*rest)
            transaction.commit()
        answer(done)


if __name__ == "__main__":
    main(*sys.argv[1:])
