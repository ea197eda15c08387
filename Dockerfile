# The production image: web, worker and beat differ only in their command (see docker-compose.yml).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# What WeasyPrint loads for the invoices' PDFs, and a font.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 langganan

WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY --chown=langganan:langganan . .
RUN mkdir -p .data/media .data/static && chown -R langganan:langganan .data
USER langganan
# Settings refuse to load without their keys; collecting files uses none of them, so each gets a word of no use elsewhere.
RUN SECRET_KEY=unused-while-collecting-files BASE_DOMAIN=localhost MIDTRANS_SERVER_KEY=unused \
    python manage.py collectstatic --noinput

EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "config.wsgi:application"]
