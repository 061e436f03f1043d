// SPDX-License-Identifier: Apache-2.0

package pagedlist

import (
	"context"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/json"
)

// Stream is where the lists and watches of a resource are read as JSON: the client of its version, the resource, such as
// "userassignments", and what makes an object to decode into.
type Stream struct {
	Client   rest.Interface
	Resource string
	New      func() runtime.Object
}

var _ cache.WatcherWithContext = Stream{}

// NewStreamed returns what New does, but decodes each object as soon as it arrives. An API server encodes as it sends, so that a page is
// decoded while the rest of it is still being encoded; and of what trim takes off, no more is in memory than one object has.
func NewStreamed(of Stream, size int64, trim cache.TransformFunc) *ListerWatcher {
	return &ListerWatcher{WatcherWithContext: of, page: of.pages(trim), size: size}
}

// get returns the body of the answer to a list or a watch with some options.
func (s Stream) get(ctx context.Context, options metav1.ListOptions) (io.ReadCloser, error) {
	return s.Client.Get().Resource(s.Resource).VersionedParams(&options, metav1.ParameterCodec).
		SetHeader("Accept", runtime.ContentTypeJSON).Stream(ctx)
}

// pages reads the pages of a stream.
func (s Stream) pages(trim cache.TransformFunc) page {
	return func(ctx context.Context, options metav1.ListOptions) (items []runtime.Object, of metav1.ListMeta, err error) {
		body, err := s.get(ctx, options)
		if err != nil {
			return nil, metav1.ListMeta{}, err
		}
		defer func() { err = errors.Join(err, body.Close()) }()
		list := list{parser: newParser(body), newObject: s.New, trim: trim}
		if err := list.read(); err != nil {
			return nil, metav1.ListMeta{}, fmt.Errorf("reading a page of %s: %w", s.Resource, err)
		}
		return list.items, list.meta, nil
	}
}

// list is a list that is being read.
type list struct {
	parser
	newObject func() runtime.Object
	trim      cache.TransformFunc
	items     []runtime.Object
	meta      metav1.ListMeta
	// listed says whether there were items, if only none.
	listed bool
}

// read reads a list to its end. One that ends early, or does not say of which version it is, is an error.
func (l *list) read() error {
	if err := l.expect(stdjson.Delim('{')); err != nil {
		return err
	}
	for l.decoder.More() {
		name, err := l.decoder.Token()
		if err != nil {
			return whole(err)
		}
		switch name {
		case "items":
			err = l.readItems()
		case "metadata":
			err = l.decoder.Decode(&l.meta)
		default:
			err = l.decoder.Decode(&stdjson.RawMessage{})
		}
		if err != nil {
			return whole(err)
		}
	}
	if err := l.expect(stdjson.Delim('}')); err != nil {
		return err
	}
	if !l.listed || l.meta.ResourceVersion == "" {
		return errors.New("it is no list with items and a resource version")
	}
	return nil
}

// readItems reads the objects of the list.
func (l *list) readItems() error {
	if err := l.expect(stdjson.Delim('[')); err != nil {
		return err
	}
	for l.decoder.More() {
		object := l.newObject()
		if err := l.decoder.Decode(object); err != nil {
			return err
		}
		trimmed, err := l.trim(object)
		if err != nil {
			return err
		}
		l.items = append(l.items, trimmed.(runtime.Object))
	}
	l.listed = true
	return l.expect(stdjson.Delim(']'))
}

// parser reads an answer, token by token or a value at a time.
type parser struct{ decoder json.Decoder }

// newParser returns a parser that decodes as client-go does.
func newParser(body io.Reader) parser { return parser{json.NewDecoderCaseSensitivePreserveInts(body)} }

// expect reads a token, and returns an error for another one.
func (p parser) expect(token stdjson.Token) error {
	got, err := p.decoder.Token()
	if err == nil && got != token {
		err = unexpected(got, token)
	}
	return whole(err)
}

func unexpected(got, token stdjson.Token) error {
	return fmt.Errorf("there is %v in place of %v", got, token)
}

// whole returns an error that says of an answer that ends early that it does.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
