"""What runs by the clock, in one place. Hourly, because the day turns at three different hours in Indonesia."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, Any] = {
    "billing": {"task": "trials.tasks.run_billing", "schedule": crontab(minute="5")},
    "suspensions": {"task": "trials.tasks.run_suspensions", "schedule": crontab(minute="20")},
    # 08.00–20.00 in Jakarta: nobody wants a reminder at midnight.
    "reminders": {"task": "trials.tasks.run_reminders", "schedule": crontab(minute="35", hour="1-13")},
    "recognition": {"task": "trials.tasks.run_recognition", "schedule": crontab(minute="50")},
    "notify": {"task": "notifications.tasks.notify", "schedule": 20.0},
    "deliver": {"task": "notifications.tasks.deliver", "schedule": 20.0},
    "notices": {"task": "billing.tasks.apply_pending_notices", "schedule": 30.0},
    "reconcile": {"task": "billing.tasks.reconcile_checkouts", "schedule": crontab(minute="*/10")},
    # After the night's billing and before the reminders; nobody's card is charged at midnight.
    "debits": {"task": "billing.tasks.charge_mandates", "schedule": crontab(minute="25", hour="1-13")},
    "mandates": {"task": "billing.tasks.tend_mandates", "schedule": crontab(minute="*/10")},
    "recheck": {"task": "billing.tasks.recheck_paid", "schedule": crontab(minute="30", hour="18")},
    "refunds": {"task": "billing.tasks.resend_refunds", "schedule": crontab(minute="*/10")},
    "transfers": {"task": "billing.tasks.expire_transfers", "schedule": crontab(minute="10")},
    "owed_offers": {"task": "billing.tasks.settle_owed_offers", "schedule": crontab(minute="*/5")},
    "follow_referrals": {"task": "partners.tasks.follow", "schedule": crontab(minute="*/5")},
    "facts": {"task": "reports.tasks.follow", "schedule": crontab(minute="*/5")},
    "health": {"task": "reports.tasks.score", "schedule": crontab(minute="40")},
    # The first run of a month makes that month's figures; the others of the month make up for a first that was missed.
    "provinces": {"task": "reports.tasks.publish", "schedule": crontab(minute="30", hour="21")},
    # From 07.00 in Jakarta on; in the quarter hours in which nothing is due it asks nothing.
    "digests": {"task": "backoffice.tasks.tell_digests", "schedule": crontab(minute="*/15", hour="0-12")},
    "award_referrers": {"task": "partners.tasks.award", "schedule": crontab(minute="30", hour="20")},
    "bank_lines": {"task": "billing.tasks.match_bank_lines", "schedule": crontab(minute="*/15")},
    "gateway_reports": {"task": "billing.tasks.work_off_gateway_reports", "schedule": crontab(minute="25")},
    "pilots": {"task": "trials.tasks.remind_pilots", "schedule": crontab(minute="15", hour="2")},
    "provision": {"task": "trials.tasks.provision_pending", "schedule": 30.0},
    "promises": {"task": "tenants.tasks.settle_promises", "schedule": 30.0},
    "forget_notices": {"task": "billing.tasks.prune_notices", "schedule": crontab(minute="55", hour="18")},
    "forget_drafts": {"task": "billing.tasks.forget_drafts", "schedule": crontab(minute="45", hour="18")},
    "archives": {"task": "billing.tasks.build_waiting_archives", "schedule": crontab(minute="*/5")},
    "forget_archives": {"task": "billing.tasks.forget_archives", "schedule": crontab(minute="48", hour="18")},
    "forget": {"task": "tenants.tasks.prune_idempotent_requests", "schedule": crontab(minute="50", hour="18")},
    "forget_visitors": {"task": "plans.tasks.forget_old_visitors", "schedule": crontab(minute="45", hour="18")},
    # When most of the day is over everywhere: only tenants with postings since their last check.
    "books": {"task": "billing.tasks.check_books", "schedule": crontab(minute="15", hour="20")},
    "sweep": {"task": "trials.tasks.sweep_agenda", "schedule": crontab(minute="40", hour="19")},
}
