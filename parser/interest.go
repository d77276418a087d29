package parser

import "sync"

// Interest says which log lines some message reader wants, so that an envelope can drop the rest unread. Once the
// readers have said what they want it may be asked from several goroutines.
type Interest struct {
	programs [256][]source // by nameHash
	initials [256]bool     // first bytes of their names
	any      wishes
	unnamed  wishes // for lines that name no program
	wishes   []Wish // of the readers that gave marks
	once     sync.Once
	made     any
}

// Marks are what a reader looks for, as data: a text that it wants begins with one of Starts, behind the kernel's
// uptime and blanks, or holds one of Holds somewhere.
type Marks struct{ Starts, Holds []string }

// Wish is a reader's marks and its test.
type Wish struct {
	Marks
	Test func(text []byte) bool
}

// Source is a program whose lines some reader wants.
type Source struct {
	Name   string
	Marked bool // all its readers gave marks: a text without any is not wanted
}

type source struct {
	name     string
	unmarked bool
	wishes
}

// wishes are the tests of the readers of one source.
type wishes []func(text []byte) bool

// AnySource is the source of readers that take lines of any program.
const AnySource = "*"

// Want registers a reader's wish: lines of the named programs whose text passes the test; a nil test takes all.
func (i *Interest) Want(sources []string, test func(text []byte) bool) {
	i.WantMarked(sources, test, Marks{})
}

// WantMarked registers a wish whose test takes no text without one of the marks. Without marks it is as Want.
func (i *Interest) WantMarked(sources []string, test func(text []byte) bool, marks Marks) {
	unmarked := test == nil || len(marks.Starts)+len(marks.Holds) == 0
	if test == nil {
		test = func([]byte) bool { return true }
	}
	if !unmarked {
		i.wishes = append(i.wishes, Wish{marks, test})
	}
	for _, name := range sources {
		switch name {
		case AnySource:
			i.any = append(i.any, test)
		case "":
			i.unnamed = append(i.unnamed, test)
		default:
			s := i.named(name)
			s.wishes = append(s.wishes, test)
			s.unmarked = s.unmarked || unmarked
		}
	}
}

// Wishes gives the wishes of the readers that gave marks.
func (i *Interest) Wishes() []Wish { return i.wishes }

// Prepared gives what build has made of the interest at its first call: tables that all inputs share.
func (i *Interest) Prepared(build func() any) any {
	i.once.Do(func() { i.made = build() })
	return i.made
}

// Sources gives the programs that readers name; ok is false when some reader wants lines of any program.
func (i *Interest) Sources() (all []Source, ok bool) {
	for h := range i.programs {
		for _, s := range i.programs[h] {
			all = append(all, Source{s.name, !s.unmarked})
		}
	}
	return all, len(i.any) == 0
}

// named gives the source of a program's lines.
func (i *Interest) named(name string) *source {
	list := &i.programs[nameHash([]byte(name))]
	for k := range *list {
		if (*list)[k].name == name {
			return &(*list)[k]
		}
	}
	i.initials[name[0]] = true
	*list = append(*list, source{name: name})
	return &(*list)[len(*list)-1]
}

// nameHash spreads the names of programs by their length, first and last byte.
func nameHash(name []byte) uint8 {
	return name[0] + 7*name[len(name)-1] + 31*uint8(len(name))
}

// of gives what readers want of the program, nil when they want nothing of it.
func (i *Interest) of(program []byte) wishes {
	if len(program) == 0 {
		return i.unnamed
	}
	list := i.programs[nameHash(program)]
	for k := range list {
		if list[k].name == string(program) {
			return list[k].wishes
		}
	}
	return nil
}

// pass tells whether one of the wishes is for the text.
func (w wishes) pass(text []byte) bool {
	for _, t := range w {
		if t(text) {
			return true
		}
	}
	return false
}

// Wants tells whether a reader wants a line of the program with the text. A nil Interest wants everything.
func (i *Interest) Wants(program, text []byte) bool {
	return i == nil || i.of(program).pass(text) || i.any.pass(text)
}

// WantsProgram tells whether any line of the program may be wanted.
func (i *Interest) WantsProgram(program []byte) bool {
	return i == nil || len(i.any) > 0 || len(i.of(program)) > 0
}

// WantsInitial tells whether lines of any program whose name begins so may be wanted: the quickest of the questions.
func (i *Interest) WantsInitial(c byte) bool { return i == nil || i.initials[c] || len(i.any) > 0 }

// WantsText tells whether a reader wants the text if the right program said it: for lines that continue another one.
func (i *Interest) WantsText(text []byte) bool {
	if i == nil || i.any.pass(text) || i.unnamed.pass(text) {
		return true
	}
	for h := range i.programs {
		for k := range i.programs[h] {
			if i.programs[h][k].pass(text) {
				return true
			}
		}
	}
	return false
}
