from needful.effects.shell.bash import read_bash
from needful.effects.shell.model import *
def default_shell(os): return 'pwsh' if os=='Windows' else 'bash'
def read_script(source,shell,variables={}):
    if 'bash' in shell or shell.startswith('sh') or 'msys2' in shell or shell in ('pwsh',): return read_bash(source,variables)
    return Script(gaps=(Gap(0,f'shell {shell}'),))
