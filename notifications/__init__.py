"""Messages made from events: e-mail, in-app, WhatsApp and SMS. Reads what happened; never writes money or state."""
