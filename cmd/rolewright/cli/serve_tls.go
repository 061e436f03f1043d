// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/tls"
	"fmt"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

// tlsConfig returns a configuration that re-reads the certificate whenever its files change, or nil for plain HTTP if no file is named.
func tlsConfig(ctx context.Context, certificate, privateKey string, log logr.Logger) (*tls.Config, error) {
	if certificate == "" {
		return nil, nil
	}
	ctrllog.SetLogger(log)
	watcher, err := certwatcher.New(certificate, privateKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert-file and --tls-private-key-file: %w", err)
	}
	go func() {
		if err := watcher.Start(ctx); err != nil && ctx.Err() == nil {
			log.Error(err, "The certificate is not re-read when it changes")
		}
	}()
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: watcher.GetCertificate}, nil
}
