# One image for workers, migrations and the simulator.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.lock pyproject.toml ./
RUN pip install --require-hashes --no-deps -r requirements.lock

COPY . .
# The build id of the workers' versions: what the deciding code hashes to when the image is made.
ARG CLAIMFLOW_BUILD_ID=""
ENV CLAIMFLOW_BUILD_ID=${CLAIMFLOW_BUILD_ID}
RUN pip install --no-deps --no-build-isolation --no-index -e . \
    && useradd --system --create-home --uid 10001 claimflow \
    && mkdir -p /var/lib/claimflow/simulator \
    && chown -R claimflow /var/lib/claimflow
USER claimflow

CMD ["python", "-m", "workers"]
