// SPDX-License-Identifier: Apache-2.0

package filewatch

import (
	"io/fs"
	"syscall"
	"time"
)

// identity is what the system says of a file without reading it.
type identity struct {
	device, inode uint64
	size          int64
	modTime       time.Time
	// changeTime is when the system changed the file or what it keeps of it. Unlike modTime, no program can set it. It is zero
	// if the system keeps none.
	changeTime time.Time
}

func identify(info fs.FileInfo) identity {
	id := identity{size: info.Size(), modTime: info.ModTime()}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		id.device, id.inode, id.changeTime = stat.Dev, stat.Ino, time.Unix(stat.Ctim.Unix())
	}
	return id
}
