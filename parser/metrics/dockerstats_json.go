package metrics

import "bytes"

// statsObject is what an object of docker stats or podman stats has told so far: in one line, or in a line for each of its
// members, as podman prints them. Keys come in any order.
type statsObject struct {
	name, usage []byte
}

// isStatsJSON tells a line that may be of such objects.
func isStatsJSON(l []byte) bool {
	return len(l) > 0 && (l[0] == '{' || l[0] == '}' || l[0] == '[' || l[0] == ']' || l[0] == '"')
}

// read goes through a line and calls whole for each object of which both the name and the usage are known. Names of
// containers and sizes need no escapes.
func (o *statsObject) read(l []byte, whole func(name, usage []byte)) {
	for len(l) > 0 {
		switch l[0] {
		case '}':
			o.name, o.usage = o.name[:0], o.usage[:0]
			l = l[1:]
		case '"':
			var key, value []byte
			if key, value, l = member(l); value == nil {
				continue
			}
			switch string(key) {
			case "Name", "name":
				o.name = append(o.name[:0], value...)
			case "MemUsage", "mem_usage":
				o.usage = append(o.usage[:0], value...)
			default:
				continue
			}
			if len(o.name) > 0 && len(o.usage) > 0 {
				whole(o.name, o.usage)
			}
		default:
			l = l[1:]
		}
	}
}

// member takes "key": "text" off the beginning; value is nil when something else follows the first text.
func member(l []byte) (key, value, rest []byte) {
	key, rest = textOf(l)
	after := trim(rest)
	if !has(after, ":") {
		return key, nil, rest
	}
	if after = trim(after[1:]); !has(after, `"`) {
		return key, nil, after
	}
	value, rest = textOf(after)
	return key, value, rest
}

// textOf takes a quoted text off the beginning; one that does not end is none, and takes the rest of the line with it.
func textOf(l []byte) (text, rest []byte) {
	end := bytes.IndexByte(l[1:], '"')
	if end < 0 {
		return nil, nil
	}
	return l[1 : 1+end], l[2+end:]
}
