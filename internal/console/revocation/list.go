// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"maps"
	"math"
	"sync"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/texts"
)

const (
	// freshness is for how long what the API server said last counts.
	freshness = time.Minute
	// answerTimeout bounds how long a request waits for the API server.
	answerTimeout = 5 * time.Second
	// mostEntries bounds the ConfigMap: an entry takes some hundred bytes of the mebibyte that the API server stores.
	mostEntries = 4096
)

// Options say where the list is.
type Options struct {
	// Config is that of the console's own account.
	Config *rest.Config
	// Key names the ConfigMap.
	Key types.NamespacedName
	// Clock returns the time; nil stands for time.Now.
	Clock func() time.Time
	// Log receives what cannot be read or written.
	Log logr.Logger
}

// List is the list of revoked sessions. It is safe for concurrent use, and implements login.Revocations.
type List struct {
	options Options
	client  client.WithWatch
	// again makes Run read, and write what is pending, without waiting.
	again chan struct{}
	// asking holds an element while the API server is asked for a request, and writing while the list is written.
	asking, writing chan struct{}

	mutex sync.Mutex
	// stored is what the ConfigMap holds, and known what it ever held, with what was revoked here.
	stored, known login.Revoked
	// heard is when it was known last what the ConfigMap holds.
	heard time.Time
}

// New returns a list that knows nothing yet.
func New(options Options) (*List, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	c, err := client.NewWithWatch(options.Config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, err
	}
	return newList(options, c), nil
}

func newList(options Options, c client.WithWatch) *List {
	return &List{
		options: options, client: c, again: make(chan struct{}, 1), asking: make(chan struct{}, 1), writing: make(chan struct{}, 1),
		stored: login.Revoked{}, known: login.Revoked{},
	}
}

// IsRevoked implements login.Revocations.
func (l *List) IsRevoked(ctx context.Context, s *login.Session) (bool, error) {
	if err := l.Ready(ctx); err != nil {
		return false, err
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.known.Has(s) || l.stored.Has(s), nil
}

// Ready returns why it cannot be known which sessions were ended; nil if it is known. It asks the API server if that was not heard for a
// while, once for all who wait.
func (l *List) Ready(ctx context.Context) error {
	asked := l.options.Clock()
	if l.isFresh(asked) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	select {
	case l.asking <- struct{}{}:
		defer func() { <-l.asking }()
	case <-ctx.Done():
		return l.unknown(ctx.Err())
	}
	if l.isFresh(asked) {
		return nil
	}
	if _, err := l.read(ctx); err != nil {
		return l.unknown(err)
	}
	return nil
}

// isFresh reports whether what is stored was heard of lately.
func (l *List) isFresh(now time.Time) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return !l.heard.IsZero() && now.Sub(l.heard) < freshness
}

func (l *List) unknown(err error) error { return texts.RevocationsNotRead(l.options.Key.String(), err) }

// read reads the ConfigMap.
func (l *List) read(ctx context.Context) (*corev1.ConfigMap, error) {
	asked, configMap := l.options.Clock(), &corev1.ConfigMap{}
	if err := l.client.Get(ctx, l.options.Key, configMap); err != nil {
		return nil, err
	}
	l.hear(configMap, asked)
	return configMap, nil
}

// hear records what the ConfigMap held at a time.
func (l *List) hear(configMap *corev1.ConfigMap, at time.Time) {
	stored, now := parse(configMap.Data), l.options.Clock()
	stored.Prune(now)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.known.Prune(now)
	for key, entry := range stored {
		// What cannot be read counts as long as it is there, and no longer.
		if entry.Expires < math.MaxInt64 {
			l.known.Merge(login.Revoked{key: entry})
		}
	}
	l.stored = stored
	if at.After(l.heard) {
		l.heard = at
	}
}

func parse(data map[string]string) login.Revoked {
	parsed := make(login.Revoked, len(data))
	for key, text := range data {
		parsed[key] = login.ParseRevocation(text)
	}
	return parsed
}

// Revoke implements login.Revocations. What cannot be written now is written as soon as it can.
func (l *List) Revoke(ctx context.Context, s *login.Session) error {
	now := l.options.Clock()
	l.mutex.Lock()
	l.known.Prune(now)
	l.known.Add(s)
	l.mutex.Unlock()
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if err := l.write(ctx); err != nil {
		select {
		case l.again <- struct{}{}:
		default:
		}
		return texts.RevocationNotWritten(l.options.Key.String(), time.Unix(s.Expires, 0), err)
	}
	return nil
}

// write writes what the ConfigMap lacks, if it lacks anything.
func (l *List) write(ctx context.Context) error {
	select {
	case l.writing <- struct{}{}:
		defer func() { <-l.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	isConflict := func(err error) bool { return apierrors.IsConflict(err) && ctx.Err() == nil }
	return retry.OnError(retry.DefaultBackoff, isConflict, func() error {
		lacking := l.lacking()
		if len(lacking) == 0 {
			return nil
		}
		return l.add(ctx, lacking)
	})
}

// lacking returns what is known and the ConfigMap lacks, even if another program has removed it.
func (l *List) lacking() login.Revoked {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.known.Prune(l.options.Clock())
	lacking := maps.Clone(l.known)
	maps.DeleteFunc(lacking, func(key string, entry login.Revocation) bool { return l.stored.Covers(login.Revoked{key: entry}) })
	return lacking
}

// add adds sessions to the ConfigMap, unless it has been written since it was read.
func (l *List) add(ctx context.Context, sessions login.Revoked) error {
	configMap, err := l.read(ctx)
	if err != nil {
		return err
	}
	next := parse(configMap.Data)
	next.Prune(l.options.Clock())
	if next.Covers(sessions) {
		return nil
	}
	next.Merge(sessions)
	next.Fold()
	if len(next) > mostEntries {
		return texts.TooManyRevocations(mostEntries)
	}
	was := configMap.Data
	configMap.Data = make(map[string]string, len(next))
	for key, entry := range next {
		configMap.Data[key] = entry.Text()
		if entry.Expires == math.MaxInt64 {
			configMap.Data[key] = was[key]
		}
	}
	at := l.options.Clock()
	if err := l.client.Update(ctx, configMap); err != nil {
		return err
	}
	l.hear(configMap, at)
	return nil
}
