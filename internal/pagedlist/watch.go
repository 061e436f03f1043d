// SPDX-License-Identifier: Apache-2.0

package pagedlist

import (
	"context"
	stdjson "encoding/json"
	"fmt"
	"io"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"
)

// WatchWithContext implements cache.WatcherWithContext. Its events are those of rest.Request.Watch, which goes over each of them nine
// times: to its end; and for its kind and for what it says, both as an event and as the object in it, each time for the syntax first. This
// goes over them twice.
func (s Stream) WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	options.Watch = true
	body, err := s.get(ctx, options)
	switch {
	case net.IsProbableEOF(err), net.IsTimeout(err):
		return watch.NewEmptyWatch(), nil
	case err != nil:
		return nil, err
	}
	read := &events{body: body, parser: newParser(body), newObject: s.New}
	reporter := apierrors.NewClientErrorReporter(http.StatusInternalServerError, http.MethodGet, "ClientWatchDecoding")
	return watch.NewStreamWatcherWithLogger(klog.FromContext(ctx), read, reporter), nil
}

// events are the events of a watch as they are read. It implements watch.Decoder.
type events struct {
	parser
	body      io.Closer
	newObject func() runtime.Object
}

// Decode returns the next event. The error is io.EOF only between two events.
func (e *events) Decode() (watch.EventType, runtime.Object, error) {
	start, err := e.decoder.Token()
	if err != nil {
		return "", nil, err
	}
	if start != stdjson.Delim('{') {
		return "", nil, unexpected(start, stdjson.Delim('{'))
	}
	kind, object, err := e.event()
	return kind, object, whole(err)
}

// event reads an event that has begun. An API server names its type first.
func (e *events) event() (kind watch.EventType, object runtime.Object, err error) {
	if err := e.expect("type"); err != nil {
		return "", nil, err
	}
	if err := e.decoder.Decode(&kind); err != nil {
		return "", nil, err
	}
	switch kind {
	case watch.Added, watch.Modified, watch.Deleted, watch.Bookmark:
		object = e.newObject()
	case watch.Error:
		object = &metav1.Status{}
	default:
		return "", nil, fmt.Errorf("there is no event of type %q", kind)
	}
	if err := e.expect("object"); err != nil {
		return "", nil, err
	}
	if err := e.decoder.Decode(object); err != nil {
		return "", nil, err
	}
	return kind, object, e.expect(stdjson.Delim('}'))
}

// Close implements watch.Decoder.
func (e *events) Close() { _ = e.body.Close() }
