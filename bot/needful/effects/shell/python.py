from needful.effects.shell.model import *
def read_python(source,*a): return Script(gaps=(Gap(0,'python'),))
