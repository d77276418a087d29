package parser

// Interest says which log lines some message reader wants, so that an envelope can drop the rest unread. Once the
// readers have said what they want it may be asked from several goroutines.
type Interest struct {
	byInitial [256][]source // programs by their first byte
	any       []func(text []byte) bool
	unnamed   []func(text []byte) bool // for lines that name no program
}

type source struct {
	name  string
	tests []func(text []byte) bool
}

// AnySource is the source of readers that take lines of any program.
const AnySource = "*"

// Want registers a reader's wish: lines of the named programs whose text passes the test; a nil test takes all.
func (i *Interest) Want(sources []string, test func(text []byte) bool) {
	if test == nil {
		test = everything
	}
	for _, name := range sources {
		switch name {
		case AnySource:
			i.any = append(i.any, test)
		case "":
			i.unnamed = append(i.unnamed, test)
		default:
			i.want(name, test)
		}
	}
}

func everything([]byte) bool { return true }

func (i *Interest) want(name string, test func([]byte) bool) {
	list := i.byInitial[name[0]]
	for k := range list {
		if list[k].name == name {
			list[k].tests = append(list[k].tests, test)
			return
		}
	}
	i.byInitial[name[0]] = append(list, source{name, []func([]byte) bool{test}})
}

// Wants tells whether a reader wants a line of the program with the text. A nil Interest wants everything.
func (i *Interest) Wants(program, text []byte) bool {
	if i == nil || passes(i.any, text) {
		return true
	}
	if len(program) == 0 {
		return passes(i.unnamed, text)
	}
	for k := range i.byInitial[program[0]] {
		if s := &i.byInitial[program[0]][k]; s.name == string(program) {
			return passes(s.tests, text)
		}
	}
	return false
}

// WantsText tells whether a reader wants the text if the right program said it: for lines that continue another one.
func (i *Interest) WantsText(text []byte) bool {
	if i == nil || passes(i.any, text) || passes(i.unnamed, text) {
		return true
	}
	for _, list := range i.byInitial {
		for k := range list {
			if passes(list[k].tests, text) {
				return true
			}
		}
	}
	return false
}

// WantsProgram tells whether any line of the program may be wanted.
func (i *Interest) WantsProgram(program []byte) bool {
	if i == nil || len(i.any) > 0 {
		return true
	}
	if len(program) == 0 {
		return len(i.unnamed) > 0
	}
	for k := range i.byInitial[program[0]] {
		if i.byInitial[program[0]][k].name == string(program) {
			return true
		}
	}
	return false
}

// WantsInitial tells whether lines of any program with a name that begins so may be wanted.
func (i *Interest) WantsInitial(c byte) bool {
	return i == nil || len(i.any) > 0 || len(i.byInitial[c]) > 0
}

func passes(tests []func([]byte) bool, text []byte) bool {
	for _, t := range tests {
		if t(text) {
			return true
		}
	}
	return false
}
