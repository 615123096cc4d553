"""The walls around a worker on Linux, made from what the kernel offers to everybody, without any program's help.

    walls         the tiers: which layers a worker gets, and in what order
    view          which files a worker may read, and which not
    namespaces    a file system, process table and network of its own
    landlock      files by path, TCP, signals and abstract sockets
    seccomp       system calls that no exercise needs
    syscalls      their numbers, by architecture
    privileges    another user, no capabilities
    trial         tries each tier in a child that tries to get out

A layer that cannot be put up raises OSError before any student's code runs.
"""
