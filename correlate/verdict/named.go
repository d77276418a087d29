package verdict

// Named is somebody's name: host, vm, pod, container, namespace, user, file, label, name.
type Named struct{ Kind, Name string }
