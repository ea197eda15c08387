"""The words printed on documents.

A document speaks the language it was asked for in, whatever the language of the page around it, and must read the same
in ten years: therefore its words stand here and not among the translations of the pages.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Each label of a document in one language; `{}` takes the values named in its comment."""

    invoice: str
    late_fee: str
    billed_to: str
    addressed_to: str
    issued_by: str
    details: str
    how_to_pay: str
    issued_on: str
    due_on: str
    due_by: str  # day
    period: str
    amount_due: str
    amount_billed: str
    amount_paid: str
    in_words: str  # the amount in words
    description: str
    quantity: str
    unit_price: str
    with_tax: str
    amount: str
    subtotal: str
    tax: str
    other_base: str
    tax_rate: str  # percent
    total: str
    credit_used: str
    already_paid: str
    left_to_pay: str
    pay_online: str
    scan_to_pay: str
    or_open: str
    bank_transfer: str
    account_holder: str  # holder
    transfer_note: str  # number
    paid_stamp: str
    void_stamp: str
    void_reason: str  # reason
    void_note: str
    notes: str
    reason: str
    page: str
    page_of: str
    attention: str  # person
    credit_note: str
    amount_credited: str
    credited: str
    of_invoice: str  # number
    closed_stamp: str
    receipt: str
    receipt_void: str
    received_from: str
    sum_of: str
    in_payment_of: str
    paid_by: str
    received_on: str
    duty_stamp: str  # amount
    statement: str
    statement_days: str  # first day, last day
    day: str
    document: str
    charged: str
    settled: str
    balance: str
    opening: str
    closing: str
    in_credit: str


INDONESIAN = Words(
    invoice="Tagihan",
    late_fee="Nota Denda",
    billed_to="Ditagihkan kepada",
    addressed_to="Kepada",
    issued_by="Diterbitkan oleh",
    details="Rincian",
    how_to_pay="Cara membayar",
    issued_on="Tanggal terbit",
    due_on="Jatuh tempo",
    due_by="Jatuh tempo {}",
    period="Periode",
    amount_due="Jumlah yang harus dibayar",
    amount_billed="Jumlah tagihan",
    amount_paid="Jumlah yang telah dibayar",
    in_words="{} rupiah",
    description="Keterangan",
    quantity="Jumlah",
    unit_price="Harga satuan",
    with_tax="termasuk PPN",
    amount="Total",
    subtotal="Subtotal",
    tax="PPN",
    other_base="DPP nilai lain",
    tax_rate="PPN {} %",
    total="Total",
    credit_used="Saldo kredit dipakai",
    already_paid="Sudah dibayar",
    left_to_pay="Sisa yang harus dibayar",
    pay_online="Bayar secara daring",
    scan_to_pay="Pindai untuk membayar",
    or_open="Virtual account, QRIS, dompet digital, atau kartu:",
    bank_transfer="Transfer bank",
    account_holder="a.n. {}",
    transfer_note="Cantumkan nomor {} pada berita transfer.",
    paid_stamp="Lunas",
    void_stamp="Batal",
    void_reason="Sebab: {}",
    void_note="Dokumen ini tidak berlaku. Tidak ada yang perlu dibayar.",
    notes="Catatan",
    reason="Alasan",
    page="Halaman",
    page_of="dari",
    attention="u.p. {}",
    credit_note="Nota Kredit",
    amount_credited="Jumlah yang dikreditkan",
    credited="Nota kredit dan penghapusan",
    of_invoice="Atas tagihan {}",
    closed_stamp="Ditutup",
    receipt="Kuitansi",
    receipt_void="Kuitansi ini tidak berlaku.",
    received_from="Telah terima dari",
    sum_of="Uang sejumlah",
    in_payment_of="Untuk pembayaran",
    paid_by="Cara pembayaran",
    received_on="Diterima tanggal",
    duty_stamp="Meterai {}",
    statement="Rekening Koran",
    statement_days="{} – {}",
    day="Tanggal",
    document="Dokumen",
    charged="Ditagihkan",
    settled="Dibayar atau dikreditkan",
    balance="Saldo",
    opening="Saldo awal",
    closing="Saldo akhir",
    in_credit="Saldo negatif adalah kelebihan bayar, tersimpan sebagai kredit.",
)
ENGLISH = Words(
    invoice="Invoice",
    late_fee="Late fee note",
    billed_to="Billed to",
    addressed_to="To",
    issued_by="Issued by",
    details="Details",
    how_to_pay="How to pay",
    issued_on="Issued",
    due_on="Due",
    due_by="Due on {}",
    period="Period",
    amount_due="Amount due",
    amount_billed="Amount billed",
    amount_paid="Amount paid",
    in_words="{} rupiah",
    description="Description",
    quantity="Quantity",
    unit_price="Unit price",
    with_tax="VAT included",
    amount="Amount",
    subtotal="Subtotal",
    tax="VAT (PPN)",
    other_base="Other tax base (DPP nilai lain)",
    tax_rate="VAT (PPN) {} %",
    total="Total",
    credit_used="Credit used",
    already_paid="Already paid",
    left_to_pay="Left to pay",
    pay_online="Pay online",
    scan_to_pay="Scan to pay",
    or_open="Virtual account, QRIS, e-wallet or card:",
    bank_transfer="Bank transfer",
    account_holder="Account holder {}",
    transfer_note="Please give {} as the reference of the transfer.",
    paid_stamp="Paid",
    void_stamp="Void",
    void_reason="Reason: {}",
    void_note="This document is not valid. Nothing has to be paid.",
    notes="Notes",
    reason="Reason",
    page="Page",
    page_of="of",
    attention="Attn. {}",
    credit_note="Credit Note",
    amount_credited="Amount credited",
    credited="Credit notes and write-off",
    of_invoice="For invoice {}",
    closed_stamp="Closed",
    receipt="Receipt",
    receipt_void="This receipt is not valid.",
    received_from="Received from",
    sum_of="The sum of",
    in_payment_of="In payment of",
    paid_by="Paid by",
    received_on="Received on",
    duty_stamp="Duty stamp {}",
    statement="Statement of Account",
    statement_days="{} – {}",
    day="Date",
    document="Document",
    charged="Charged",
    settled="Paid or credited",
    balance="Balance",
    opening="Opening balance",
    closing="Closing balance",
    in_credit="A negative balance was paid in excess and is kept as credit.",
)


def language_of(language: str) -> str:
    """ "en" for anything English, else "id": the two languages documents are printed in."""
    return "en" if language.lower().startswith("en") else "id"


def words_in(language: str) -> Words:
    """The labels in a language; anything but English is answered in Indonesian."""
    return ENGLISH if language_of(language) == "en" else INDONESIAN
