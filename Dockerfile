# Numberline as an image: docker build -t numberline . (docs/how-to/install-for-production.md).
# Every setting comes from the environment and every secret from a file: no layer holds any.
FROM python:3.12-slim AS build
WORKDIR /build
RUN ["python", "-m", "venv", "/opt/numberline"]
COPY requirements/run.txt ./
RUN ["/opt/numberline/bin/pip", "install", "--no-cache-dir", "--require-hashes", "-r", "run.txt"]
COPY pyproject.toml README.md LICENSE ./
COPY src/ src/
# Pages' style sheets and scripts are part of the package: nothing is collected when it starts.
RUN ["/opt/numberline/bin/pip", "install", "--no-cache-dir", "--no-deps", "--no-build-isolation", "--no-index", "."]
# Compiled here, because the file system is read-only where it runs.
RUN ["/opt/numberline/bin/python", "-m", "compileall", "-q", "/opt/numberline/lib"]

FROM python:3.12-slim
COPY --from=build /opt/numberline /opt/numberline
# For SQLite and a secret key that nobody gave; with PostgreSQL and the key in a file it stays empty.
RUN ["install", "-d", "-m", "700", "-o", "10001", "-g", "10001", "/var/lib/numberline"]
ENV PATH="/opt/numberline/bin:/usr/local/bin:/usr/bin:/bin" \
    PYTHONDONTWRITEBYTECODE="1" \
    PYTHONUNBUFFERED="1" \
    NUMBERLINE_DATA_DIR="/var/lib/numberline"
USER 10001:10001
EXPOSE 8480
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8480/healthz', timeout=4)"]
ENTRYPOINT ["numberline"]
CMD ["serve"]
