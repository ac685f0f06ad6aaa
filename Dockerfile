# One image for serve, officers, dashboard and tally. It runs without root on a read-only
# root file system; only the two volumes are written:
#
#   docker run --read-only --tmpfs /tmp -v se-data:/data -v se-keys:/keys --env-file .env stand-easy
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
COPY requirements.txt /build/requirements.txt
# Wheels only: a package that would have to be compiled stops the build instead.
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir \
      --only-binary :all: --require-hashes -r /build/requirements.txt \
 && /opt/venv/bin/python -m pip --disable-pip-version-check uninstall --quiet --yes pip setuptools
COPY LICENSE pyproject.toml /app/
COPY bot /app/bot
COPY storage /app/storage
COPY config /app/config
# At run time nothing can be written beside the code, so it is compiled here.
RUN python -m compileall -q /app

FROM ${BASE} AS runtime
LABEL org.opencontainers.image.title="Stand Easy" \
      org.opencontainers.image.description="Anonymous well-being check-ins and signposting for people in high-stress roles, over Telegram" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STANDEASY_DATA=/data \
    STANDEASY_KEYS=/keys
# Keys have a volume of their own: a backup of the database must not carry them along.
RUN groupadd --gid 10001 standeasy \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin standeasy \
 && install -d -o 10001 -g 10001 -m 0700 /data /keys /keys/officers /keys/tally
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
VOLUME ["/data", "/keys"]
EXPOSE 8080
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
STOPSIGNAL SIGTERM
# The program ticks once a minute. A look costs about two seconds of one core, more on a busy one.
HEALTHCHECK --interval=60s --timeout=30s --start-period=60s --retries=3 \
  CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
