# One image for all commands: the folder with the workspaces is mounted at /work.
#   docker build -t smarketing .
#   docker run --rm -v "$PWD/my-company:/work" smarketing sync
FROM python:3.13-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/opt/smarketing
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /source
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-install-project --extra server --extra sql
COPY formulas formulas
COPY templates templates
COPY sheets_sync sheets_sync
COPY excel_addin excel_addin
RUN uv sync --frozen --no-editable --extra server --extra sql

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home smarketing && install -d -o smarketing /work
COPY --from=build /opt/smarketing /opt/smarketing
ENV PATH=/opt/smarketing/bin:$PATH LC_ALL=C.UTF-8
USER 10001
WORKDIR /work
VOLUME /work
EXPOSE 8765
ENTRYPOINT ["smarketing"]
CMD ["schedule", "run"]
