"""interim"""
from __future__ import annotations
import re
from functools import cache
from needful.effects.names import Hole, Name, joined, literal
from needful.effects.shell.model import *
@cache
def _parser():
    import tree_sitter, tree_sitter_bash
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
def read_bash(source, variables={}, **kw):
    holes=[]; text=''
    for part in source:
        if isinstance(part,str): text+=part
        else: text+=f'__HOLE{len(holes)}__'; holes.append(part)
    if len(text)>65536: return Script(gaps=(Gap(0,'long'),))
    data=text.encode('utf-8','replace')
    tree=_parser().parse(data)
    cmds=[]; asg=[]; funcs=set(); gaps=[]
    def t(n): return data[n.start_byte:n.end_byte].decode('utf-8','replace')
    def back(s):
        out=[]
        for i,p in enumerate(re.split(r'__HOLE(\d+)__',s)):
            if i%2: out.append((holes[int(p)],))
            elif p: out.append((p,))
        return joined(out)
    def word(n):
        k=n.type
        if k in('word','number','variable_name','test_operator','extglob_pattern','regex'): return back(t(n).replace('\\',''))
        if k=='raw_string': return back(t(n)[1:-1])
        if k=='string':
            out=[]; pos=n.start_byte+1
            for c in n.children[1:-1]:
                if c.start_byte>pos: out.append(back(data[pos:c.start_byte].decode()))
                out.append(word(c)); pos=c.end_byte
            return joined(out)
        if k=='string_content': return back(t(n).replace('\\"','"'))
        if k in('simple_expansion','expansion'):
            m=re.fullmatch(r'\$\{?(\w+)\}?',t(n))
            if m and m[1] in variables: return variables[m[1]]
            return (Hole(t(n),'script'),)
        if k in('concatenation','command_name'): return joined(word(c) for c in n.children)
        if k in('ansi_c_string','translated_string'): return back(t(n)[2:-1])
        return (Hole(t(n)[:80],'script'),)
    def short(n): return re.sub(r'__HOLE(\d+)__',lambda m:'${{ '+holes[int(m[1])].key+' }}',re.sub(r'\s+',' ',t(n)))[:200]
    stack=[(tree.root_node,dict(certain=True,piped=False,folder=(),bg=False,redir=None))]
    folder=[()]
    def walk(n,ctx,depth=0):
        if depth>200: gaps.append(Gap(n.start_point[0],'deep')); return
        k=n.type
        if k=='ERROR' or n.is_missing: gaps.append(Gap(n.start_point[0],short(n)[:60]))
        if k=='command':
            w=[];vs=[];red=[];stdin=None
            for c in n.children:
                if c.type=='command_name': w.append(word(c))
                elif c.type=='variable_assignment': vs.append((t(c).split('=')[0],(Hole('?','script'),)))
                elif c.type in('herestring_redirect',): stdin=word(c.children[-1])
                elif c.type=='file_redirect': red.append(Redirect('>',word(c.children[-1])))
                elif c.is_named and c.type!='comment': w.append(word(c))
            if ctx.get('redir'): red+=ctx['redir'][0]; stdin=ctx['redir'][1] or stdin
            if w:
                name=w[0]
                if name==('cd',) and len(w)==2 and ctx['certain']:
                    d=w[1]
                    folder[0]= None if folder[0] is None or not all(isinstance(p,str) for p in d) or (d and d[0][:1] in '/~') else joined((folder[0],('/',),d)) if folder[0] else d
                cmds.append(Command(tuple(w),n.start_point[0],short(n),tuple(vs),tuple(red),stdin,ctx['piped'],folder[0],ctx['certain'],ctx['bg']))
            for c in n.children: walk(c,{**ctx,'redir':None},depth+1)
            return
        if k=='redirected_statement':
            red=[];stdin=None;rest=[]
            for c in n.children:
                if c.type=='file_redirect':
                    op=t(c.children[0]) if c.children[0].type!='file_descriptor' else t(c.children[1])
                    red.append(Redirect(op,word(c.children[-1])))
                elif c.type=='heredoc_redirect':
                    for b in c.children:
                        if b.type=='heredoc_body': stdin=back(t(b))
                elif c.type=='herestring_redirect': stdin=word(c.children[-1])
            for c in n.children: walk(c,{**ctx,'redir':(red,stdin)},depth+1)
            return
        if k=='function_definition':
            funcs.add(t(n.child_by_field_name('name'))); ctx={**ctx,'certain':False}
        if k in('if_statement','while_statement','for_statement','case_statement','list','c_style_for_statement'): ctx={**ctx,'certain':False}
        if k=='declaration_command': 
            for c in n.children:
                if c.type=='variable_assignment': asg.append(Assignment(t(c).split('=')[0],(Hole('?','script'),),True,n.start_point[0]))
        saved=folder[0]
        for i,c in enumerate(n.children):
            cc=ctx
            if k=='pipeline': cc={**ctx,'piped':i>0}
            walk(c,cc,depth+1)
        if k=='subshell': folder[0]=saved
    walk(tree.root_node,stack[0][1])
    return Script(tuple(cmds),tuple(asg),frozenset(funcs),tuple(gaps))
