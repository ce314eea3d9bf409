# The service in the production profile: no shell secrets, a numeric user, nothing written to the root file system.
#
#   docker build -t leg-weakness-cds .
#   docker run --read-only --cap-drop ALL -p 8000:8000 \
#       -v /srv/journal:/journal -e LEG_WEAKNESS_CDS_DATABASE_URL=sqlite:////journal/journal.db \
#       -v "$PWD/site:/etc/leg-weakness-cds:ro" leg-weakness-cds serve --config /etc/leg-weakness-cds/service.toml
#
# /srv/journal is a folder that user 10001 may write (docs/journal.md); without it the service answers, and keeps no journal.
#
# Builds that must be repeatable name the base image by its digest: --build-arg BASE=python:3.11-slim@sha256:...
# (docs/supply-chain.md says how to find it; none stands here, as it would be stale within days).
# A site with an own package index hands pip's settings in as a build secret, so that they stay out of the image:
#   docker build --secret id=pip.conf,src=pip.conf ...
# tests/container/by_hand.py goes through these steps without Docker (./check docker).
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /build
COPY requirements-build.txt requirements.txt ./
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    python -m venv --without-pip /opt/leg-weakness-cds \
    && pip --python /opt/leg-weakness-cds/bin/python install --only-binary :all: --require-hashes -r requirements.txt \
    && pip install --only-binary :all: --require-hashes -r requirements-build.txt
COPY pyproject.toml LICENSE NOTICE ./
COPY cards cards/
COPY cds_service cds_service/
COPY fixtures fixtures/
COPY docs/sandbox.md docs/errors.md docs/
RUN pip wheel --no-deps --no-build-isolation --no-index --wheel-dir dist . \
    && pip --python /opt/leg-weakness-cds/bin/python install --no-deps --no-index dist/*.whl

FROM ${BASE}
COPY --from=build /opt/leg-weakness-cds /opt/leg-weakness-cds
# Host and port stand here, not in the site's file, so that the health check knows them.
ENV PATH=/opt/leg-weakness-cds/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LEG_WEAKNESS_CDS_PROFILE=production \
    LEG_WEAKNESS_CDS_HOST=0.0.0.0 \
    LEG_WEAKNESS_CDS_PORT=8000
WORKDIR /
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# http.client, as urllib would ask a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['LEG_WEAKNESS_CDS_PORT']), timeout=2); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["leg-weakness-cds"]
CMD ["serve"]
