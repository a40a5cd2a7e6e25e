// Takes away what a service may not have from the palette, the context pad and the menus, and offers user tasks instead
// of tasks that nobody would find.
export default function offering(notOffered) {
  function Offered(eventBus, palette, contextPad, popupMenu, elementFactory, create, autoPlace, translate) {
    const made = () => elementFactory.createShape({ type: 'bpmn:UserTask' });
    const entry = (action, title) => ({
      group: action.group, className: 'bpmn-icon-user-task', title: translate(title), action: action.action,
    });
    palette.registerProvider(500, {
      getPaletteEntries: () => (entries) => {
        const start = (event) => create.start(event, made());
        entries['create.task'] = entry({ group: 'activity', action: { dragstart: start, click: start } }, 'Create user task');
        delete entries['create.participant-expanded'];
        return entries;
      },
    });
    contextPad.registerProvider(500, {
      getContextPadEntries: (element) => (entries) => {
        if (!entries['append.append-task']) return entries;
        entries['append.append-task'] = entry({
          group: 'model',
          action: {
            click: () => autoPlace.append(element, made()),
            dragstart: (event) => create.start(event, made(), { source: element }),
          },
        }, 'Append user task');
        return entries;
      },
    });
    popupMenu.registerProvider('bpmn-replace', 500, {
      getPopupMenuEntries: () => (entries) => {
        for (const name of notOffered) delete entries[name];
        return entries;
      },
    });
  }
  Offered.$inject = [
    'eventBus', 'palette', 'contextPad', 'popupMenu', 'elementFactory', 'create', 'autoPlace', 'translate',
  ];
  return { __init__: ['offered'], offered: ['type', Offered] };
}
