# By tag for now: a release pins the digest.
FROM python:3.13-slim-trixie

WORKDIR /needful
COPY pyproject.toml README.md LICENSE requirements-dev.lock ./
COPY bot bot
RUN pip install --no-cache-dir --constraint requirements-dev.lock . && rm -rf /needful

# GitHub starts it in the checked-out repository. `-I`: Python imports nothing from there.
WORKDIR /
ENTRYPOINT ["python", "-I", "-m", "needful.action"]
