"""Addresses of the ground floor on a tenant's host."""

from django.urls import path

from tenants.views import history, keys, members, organisations, profile
from tenants.views.handoff import arrive, stop_impersonation

urlpatterns = [
    path("masuk-dengan/<str:token>/", arrive, name="handoff"),
    path("berhenti-mewakili/", stop_impersonation, name="stop_impersonation"),
    path("undangan/<str:token>/", members.accept, name="accept_invitation"),
    path("anggota/", members.list_members, name="members"),
    path("anggota/undang/", members.invite, name="invite_member"),
    path("anggota/undangan/<uuid:invitation_id>/batal/", members.revoke_invitation, name="revoke_invitation"),
    path("anggota/<uuid:membership_id>/", members.edit_member, name="member"),
    path("anggota/<uuid:membership_id>/keluarkan/", members.remove_member, name="remove_member"),
    path("kunci-api/", keys.list_keys, name="keys"),
    path("kunci-api/buat/", keys.create_key, name="create_key"),
    path("kunci-api/<uuid:key_id>/cabut/", keys.revoke_key, name="revoke_key"),
    path("profil/", profile.show_profile, name="profile"),
    path("profil/diri/", profile.save_person, name="save_person"),
    path("profil/pesan/", profile.save_channels, name="save_channels"),
    path("profil/lembaga/", profile.save_contact, name="save_contact"),
    path("profil/organisasi/keluar/", organisations.leave, name="organisation_leave"),
    path("profil/organisasi/<uuid:invite_id>/", organisations.answer, name="organisation_answer"),
    path("riwayat/", history.show_history, name="history"),
]
