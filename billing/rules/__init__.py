"""Pure rules of billing: values in, frozen values out; no Django, no clock, no network."""
