"""The form that the gallery of components shows, fresh or refused."""

from django import forms


class SampleForm(forms.Form):
    """The fields of sign-up with their labels and hints, enough to see every kind of control."""

    quantity = forms.IntegerField(
        label="Jumlah siswa", help_text="Perkiraan cukup; Anda dapat mengubahnya kapan saja.", min_value=1
    )
    period = forms.ChoiceField(
        label="Bayar per", choices=[("month", "Bulan"), ("year", "Tahun (10 bulan saja)")], widget=forms.RadioSelect
    )
    organisation_name = forms.CharField(label="Nama sekolah")
    subdomain = forms.CharField(label="Alamat di internet", help_text="Huruf kecil, angka, dan tanda hubung.")
    npsn = forms.CharField(label="NPSN", help_text="Delapan angka.", required=False)
    timezone = forms.ChoiceField(
        label="Zona waktu",
        choices=[
            ("Asia/Jakarta", "WIB (Jakarta)"),
            ("Asia/Makassar", "WITA (Makassar)"),
            ("Asia/Jayapura", "WIT (Jayapura)"),
        ],
    )
    contact_name = forms.CharField(label="Nama Anda")
    contact_email = forms.EmailField(label="Surel")
    contact_phone = forms.CharField(label="Nomor telepon", required=False)
    password = forms.CharField(
        label="Kata sandi", help_text="Paling sedikit 10 huruf atau angka.", widget=forms.PasswordInput
    )
    amount = forms.CharField(
        label="Jumlah yang ditransfer", help_text="Termasuk kode unik, misalnya 750.123.", required=False
    )
    proof = forms.FileField(label="Bukti transfer", help_text="Foto atau PDF, paling besar 5 MB.", required=False)
    accept_terms = forms.BooleanField(label="Saya menyetujui ketentuan layanan")


def bind_sample() -> SampleForm:
    """The form as it comes back: some of it typed, some of it wrong or missing."""
    typed = {
        "quantity": "-3",
        "period": "",
        "organisation_name": "SMP Tunas Harapan",
        "subdomain": "tunas-harapan",
        "timezone": "Asia/Jakarta",
    }
    return SampleForm(typed)
