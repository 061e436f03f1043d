// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
)

// unixPrefix begins the address of a Unix socket.
const unixPrefix = "unix:"

// socketMode lets the user and the group of the service ask, and nobody else.
const socketMode = 0o660

// listenUnix listens on a Unix socket. One that an earlier service left behind, to which nobody listens any more, is replaced.
func listenUnix(ctx context.Context, path string) (net.Listener, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSocket == 0:
		return nil, fmt.Errorf("%s is there, and is not a socket", path)
	default:
		connection, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
		if err == nil {
			_ = connection.Close()
			return nil, fmt.Errorf("another program listens on %s", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, socketMode); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}
