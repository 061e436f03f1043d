// SPDX-License-Identifier: Apache-2.0

package pagedlist

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// DefaultSize is how many objects a page has, where they may be large: as many as kubectl and client-go ask for at a time.
const DefaultSize = 500

// ListerWatcher lists by pages, and watches as what it was made from does.
type ListerWatcher struct {
	cache.WatcherWithContext
	page page
	size int64
}

// page reads a page of a list, and returns its objects, trimmed, and what is said of the list.
type page func(ctx context.Context, options metav1.ListOptions) ([]runtime.Object, metav1.ListMeta, error)

var _ cache.ListerWatcherWithContext = (*ListerWatcher)(nil)

// New returns what lists by pages of so many objects. For each page, an API server goes through all that are left, so that many small
// objects are better in large pages. Trim is called with each object before the next page is read, and again by a cache that has the same
// function as its transformer, so it must leave alone what it trimmed before.
func New(pages cache.ListerWatcher, size int64, trim cache.TransformFunc) *ListerWatcher {
	from := cache.ToListerWatcherWithContext(pages)
	return &ListerWatcher{WatcherWithContext: from, page: decoded(from, trim), size: size}
}

// IsWatchListSemanticsUnSupported keeps client-go from streaming lists. It finds the method by its name.
func (*ListerWatcher) IsWatchListSemanticsUnSupported() bool { return true }

// List implements cache.Lister.
func (l *ListerWatcher) List(options metav1.ListOptions) (runtime.Object, error) {
	return l.ListWithContext(context.Background(), options)
}

// Watch implements cache.Watcher.
func (l *ListerWatcher) Watch(options metav1.ListOptions) (watch.Interface, error) {
	return l.WatchWithContext(context.Background(), options)
}

// ListWithContext implements cache.ListerWithContext. Without a resource version, an API server answers with a state that is no older than
// the request, whatever version the options ask for. If the pages that are left expire, that is its error.
func (l *ListerWatcher) ListWithContext(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	options.ResourceVersion, options.ResourceVersionMatch, options.Limit, options.Continue = "", "", l.size, ""
	whole := &internalversion.List{}
	for {
		items, of, err := l.page(ctx, options)
		if err != nil {
			return nil, err
		}
		// All pages are of the version of the first.
		whole.ResourceVersion = of.ResourceVersion
		whole.Items = append(whole.Items, items...)
		if options.Continue = of.Continue; options.Continue == "" {
			return whole, nil
		}
	}
}

// decoded reads the pages that a lister decodes.
func decoded(from cache.ListerWithContext, trim cache.TransformFunc) page {
	return func(ctx context.Context, options metav1.ListOptions) ([]runtime.Object, metav1.ListMeta, error) {
		list, err := from.ListWithContext(ctx, options)
		if err != nil {
			return nil, metav1.ListMeta{}, err
		}
		of, err := meta.ListAccessor(list)
		if err != nil {
			return nil, metav1.ListMeta{}, fmt.Errorf("reading a page of a list: %w", err)
		}
		items := make([]runtime.Object, 0, meta.LenList(list))
		err = meta.EachListItemWithAlloc(list, func(object runtime.Object) error {
			trimmed, err := trim(object)
			if err == nil {
				items = append(items, trimmed.(runtime.Object))
			}
			return err
		})
		if err != nil {
			return nil, metav1.ListMeta{}, fmt.Errorf("reading a page of a list: %w", err)
		}
		return items, metav1.ListMeta{ResourceVersion: of.GetResourceVersion(), Continue: of.GetContinue()}, nil
	}
}
