// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ReadPublication reads the data of a published ConfigMap that holds the whole document. It refuses a publication of
// another schema, and a document whose bytes are not those that the publication names. A document that is spread over
// further ConfigMaps is read with ParsePublication and Assemble.
func ReadPublication(data map[string]string) (*Publication, *Document, error) {
	index, present := data[PublicationKey]
	if !present {
		return nil, nil, fmt.Errorf("key %s is missing: this is no publication", PublicationKey)
	}
	publication, err := ParsePublication([]byte(index))
	if err != nil {
		return nil, nil, err
	}
	document, err := publication.Assemble(func(part Part) ([]byte, error) {
		if part.ConfigMap != "" {
			return nil, errors.New("it lies in another ConfigMap: read that too, with Assemble")
		}
		text, present := data[part.Name]
		if !present {
			return nil, errors.New("it is missing")
		}
		return []byte(text), nil
	})
	if err != nil {
		return nil, nil, err
	}
	return publication, document, nil
}

// Assemble reads every part and puts the document together. It refuses a part whose bytes are not those that the
// publication names, one that repeats what another says, and a document of another schema or organization. What read
// returns is not kept.
func (p *Publication) Assemble(read func(Part) ([]byte, error)) (*Document, error) {
	document := &Document{}
	for _, part := range p.Parts {
		text, err := read(part)
		if err != nil {
			return nil, fmt.Errorf("reading %s, which %s names: %w", part, PublicationKey, err)
		}
		fragment, err := part.Parse(text)
		if err != nil {
			return nil, err
		}
		if err := document.Add(fragment); err != nil {
			return nil, fmt.Errorf("%s: %w", part, err)
		}
	}
	if err := p.CheckDocument(document); err != nil {
		return nil, err
	}
	return document, nil
}

// CheckDocument refuses a document of another schema or organization.
func (p *Publication) CheckDocument(document *Document) error {
	if err := document.checkSchema(); err != nil {
		return err
	}
	if document.Namespace != p.Namespace || document.Organization != p.Organization {
		return fmt.Errorf("the document is of organization %s/%s; %s says %s/%s",
			document.Namespace, document.Organization, PublicationKey, p.Namespace, p.Organization)
	}
	return nil
}

// Parse returns what a part says of the document, if its bytes are those that the publication names.
func (p Part) Parse(text []byte) (*Document, error) {
	if len(text) != p.Bytes {
		return nil, fmt.Errorf("%s has %d bytes; %s says %d: it is damaged, or of another revision", p, len(text), PublicationKey, p.Bytes)
	}
	if digest := Digest(text); digest != p.Digest {
		return nil, fmt.Errorf("%s has digest %s; %s says %s: it is damaged, or of another revision", p, digest, PublicationKey, p.Digest)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return nil, fmt.Errorf("%s is not a JSON object", p)
	}
	var fragment Document
	if err := json.Unmarshal(text, &fragment); err != nil {
		if otherSchema(fragment.Schema) {
			return nil, fmt.Errorf("%s: %w", p, fragment.checkSchema())
		}
		return nil, fmt.Errorf("%s is not valid JSON of schema %s: %w", p, Schema, err)
	}
	return &fragment, nil
}

// Add takes over what a part says. Everything is said once: maps may be spread over parts, their members may not.
func (d *Document) Add(fragment *Document) error {
	once := onlyOnce{}
	d.Schema = once.name("schema", d.Schema, fragment.Schema)
	d.Namespace = once.name("namespace", d.Namespace, fragment.Namespace)
	d.Organization = once.name("organization", d.Organization, fragment.Organization)
	d.Catalog = once.name("catalog", d.Catalog, fragment.Catalog)
	if d.Features != nil && fragment.Features != nil {
		once.refuse("features")
	}
	d.Features = append(d.Features, fragment.Features...)
	if d.SubjectTypes != nil && fragment.SubjectTypes != nil {
		once.refuse("subjectTypes")
	}
	d.SubjectTypes = append(d.SubjectTypes, fragment.SubjectTypes...)
	if d.DefaultGrants != nil && fragment.DefaultGrants != nil {
		once.refuse("defaultGrants")
	}
	d.DefaultGrants = append(d.DefaultGrants, fragment.DefaultGrants...)
	if d.UnplacedKinds != nil && fragment.UnplacedKinds != nil {
		once.refuse("unplacedKinds")
	}
	d.UnplacedKinds = append(d.UnplacedKinds, fragment.UnplacedKinds...)
	d.DefaultFlaws = takenUp(&once, "defaultFlaws", d.DefaultFlaws, fragment.DefaultFlaws)
	d.Dimensions = takenUp(&once, "dimensions", d.Dimensions, fragment.Dimensions)
	d.Permissions = takenUp(&once, "permissions", d.Permissions, fragment.Permissions)
	d.Qualifiers = takenUp(&once, "qualifiers", d.Qualifiers, fragment.Qualifiers)
	d.Prohibitions = takenUp(&once, "prohibitions", d.Prohibitions, fragment.Prohibitions)
	d.Chains = takenUp(&once, "chains", d.Chains, fragment.Chains)
	d.Units = takenUp(&once, "units", d.Units, fragment.Units)
	d.UnitGroups = takenUp(&once, "unitGroups", d.UnitGroups, fragment.UnitGroups)
	d.Roles = takenUp(&once, "roles", d.Roles, fragment.Roles)
	d.Groups = takenUp(&once, "groups", d.Groups, fragment.Groups)
	d.Users = takenUp(&once, "users", d.Users, fragment.Users)
	return once.err
}

// onlyOnce keeps the first thing that two parts both say.
type onlyOnce struct{ err error }

func (o *onlyOnce) refuse(what string) {
	if o.err == nil {
		o.err = fmt.Errorf("%s is said by another part too", what)
	}
}

func (o *onlyOnce) name(field, all, more string) string {
	if all != "" && more != "" {
		o.refuse(field)
	}
	return all + more
}

// takenUp returns the members of both maps. The map of the first part that has one takes up the others.
func takenUp[V any](once *onlyOnce, field string, all, more map[string]V) map[string]V {
	if all == nil {
		return more
	}
	for name, value := range more {
		if _, twice := all[name]; twice {
			once.refuse(fmt.Sprintf("%s[%q]", field, name))
		}
		all[name] = value
	}
	return all
}
