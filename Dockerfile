# SPDX-License-Identifier: Apache-2.0

FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS
ARG TARGETARCH
WORKDIR /src
# Modules first: they change less often than the code.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags="-s -w" -o /programs/ ./cmd/manager ./cmd/rolewright

FROM gcr.io/distroless/static:nonroot
COPY --from=build /programs/ /
USER 65532:65532
ENTRYPOINT ["/manager"]
