"""Django's admin on the operator's own site."""

from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """Named in the settings in place of `django.contrib.admin`."""

    default_site = "backoffice.site.OperatorSite"
