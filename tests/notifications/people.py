"""The cast as the rules see it."""

from notifications.rules.recipients import Person

ALL = frozenset({"email", "in_app", "whatsapp", "sms"})
USUAL = frozenset({"email", "in_app"})
AYU = Person("Ayu", "ayu@example.test", "0812-0000-0001", "id", "owner", 1, USUAL)
BUDI = Person("Budi", "budi@example.test", "+62 812 0000 0002", "en", "viewer", 2, USUAL)
DINI = Person("Dini", "dini@example.test", "81200000003", "id", "finance", 3, USUAL)
CONTACT = Person("Tata Usaha", "tu@sman1.test")
