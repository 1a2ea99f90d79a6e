"""An organisation as schema.org describes one."""

from registry.pages.linked_data import date_of

ORGANISATIONS = {
    "ngo": "NGO",
    "educational-institution": "EducationalOrganization",
    "state-body": "GovernmentOrganization",
    "local-authority": "GovernmentOrganization",
    "company": "Corporation",
    "media": "NewsMediaOrganization",
}


def organisation(card, things):
    return {
        "@type": ORGANISATIONS.get(card["kind"], "Organization"),
        "foundingDate": date_of(card["founded"]),
        "dissolutionDate": date_of(card["ended"]),
        "location": things.place(card["seat"]),
        "parentOrganization": things.thing(card["parent"], "Organization"),
        "email": card["email"],
        "knowsAbout": [term["name"] for term in card["themes"]],
    }
