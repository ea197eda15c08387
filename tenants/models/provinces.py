"""Officials who see the totals of one province (C14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.ids import new_id
from tenants.models.people import User


class ProvinceViewer(models.Model):
    """A person's view of one province's totals: who gave it, who took it back, and why. Never deleted: it is its own trail."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, verbose_name=_("pengguna"), on_delete=models.PROTECT, related_name="provinces")
    province = models.CharField(_("provinsi"), max_length=60)
    office = models.CharField(_("instansi"), max_length=200)
    given_at = models.DateTimeField(_("diberikan"))
    given_by = models.ForeignKey(User, verbose_name=_("diberikan oleh"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("alasan"), max_length=300)
    ended_at = models.DateTimeField(_("dicabut"), null=True)
    ended_by = models.ForeignKey(
        User, verbose_name=_("dicabut oleh"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_reason = models.CharField(_("alasan pencabutan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pemantau provinsi")
        verbose_name_plural = _("pemantau provinsi")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="province_viewer_of_one", condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.province}"
