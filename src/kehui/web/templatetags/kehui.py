"""All our tags and filters under one name, built into every template by the settings."""

from django.template import Library

from . import dates, devices, drawings, money, numbers, query, words

register = Library()
for each in (dates, devices, drawings, money, numbers, query, words):
    register.filters.update(each.register.filters)
    register.tags.update(each.register.tags)
