# The application: web, background worker and clock. `migrate` of docker-compose.yml runs in the same image.

FROM node:24-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM python:3.11-slim-bookworm AS packages
WORKDIR /app
COPY requirements ./requirements
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --require-hashes -r requirements/boot.txt \
    && /venv/bin/uv pip sync --compile-bytecode --python /venv/bin/python --require-hashes requirements/base.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 crm \
    && install --directory --owner=crm /data
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    DATA_DIR=/data \
    BIND=0.0.0.0:8000
COPY --from=packages /venv /venv
COPY . .
# Compiled here, where it can be written: every start is seconds quicker.
RUN python -m compileall -q -j 0 . && python -m config.messages compile
# The pages need the collected files and the icons; the packages they come from stay outside.
RUN --mount=type=bind,from=assets,source=/app/node_modules,target=/app/node_modules \
    SECRET_KEY=only-for-this-step ALLOWED_HOSTS=localhost SITE_URL=https://localhost \
    EMAIL_URL=dummymail:// DEFAULT_FROM_EMAIL=nobody@localhost \
    python manage.py collectstatic --noinput
COPY --from=assets /app/node_modules/@tabler/icons/icons/outline ./node_modules/@tabler/icons/icons/outline
USER crm
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "config.application"]
